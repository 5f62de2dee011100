//! What the numbers of the board mean, and from which age on they mean nothing.

use axum::extract::State;
use maud::{Markup, html};

use super::row::said_chip;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::bed::{Acceptance, WardKind};
use crate::domain::region::Region;
use crate::store::region;
use crate::web::layout::{self, Menu};
use crate::web::session::Session;
use crate::web::ui::chip::acceptance;
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;
use crate::web::ui::notice::emergency;
use crate::web::ui::panel::{facts, head, narrow, panel};
use crate::web::{Answer, ok};

/// The page of definitions.
pub async fn show(State(app): State<App>, session: Session) -> Answer {
    let region = region::load(&mut app.look().await?).await?;
    let body = html! {
        (head("空床情報", "数え方と用語", &html! { a href="/beds" { "空床情報へ戻る" } }, &html! {
            @if session.actor.may(Permission::ManageOrg) { (button_link(Look::Quiet, "/screens", "壁掛け画面")) }
        }))
        (narrow(&html! { (emergency()) (numbers()) (states()) (ages(&region)) (kinds()) }))
    };
    ok(layout::page(&app, &session, Menu::Beds, "数え方と用語", "", &body))
}

/// The words of a report, each with what it means.
#[must_use]
pub fn terms() -> Markup {
    let terms = [
        ("病床数", "その病棟の許可病床の数。使用中＋予約済＋受入可＋休止・不可と必ず一致します。"),
        ("使用中", "いま患者さんがいる病床。退院が決まっていても、退院するまでは使用中です。"),
        ("予約済", "空いているが、入る方が決まっている病床。"),
        ("受入可", "空いていて、人員もそろい、新しい方を受けられる病床。"),
        ("休止・不可", "空いているが使えない病床。理由（人員・感染対策・修繕・医療上・その他）を添えます。"),
        (
            "空床",
            "患者さんのいない病床。予約済・受入可・休止を合わせたもので、そのすべてが受け入れられるわけではありません。",
        ),
        (
            "後方支援病床・後方支援枠",
            "在宅で療養する方の急な入院のために空けてある病床（バックベッド）。受入可の内数です。",
        ),
        (
            "受入時間帯",
            "新しい方を受けられる時間帯。日中は診療時間のうち、夜間は診療時間のあと、翌朝は今日決まった方を翌朝から。いくつでも選べます。何も書いていない病棟は「未記入」で、断りではありません。",
        ),
        ("本日退院予定・明日見込・3日以内の見込", "今後の見通し。上の合計には含めません。"),
    ];
    facts(&terms.map(|(term, text)| (term, html! { (text) })))
}

fn numbers() -> Markup {
    panel("numbers", "病床の数え方", &terms())
}

fn states() -> Markup {
    let rows = [
        (said_chip(Acceptance::Accepting), "いま問い合わせてよい。"),
        (said_chip(Acceptance::Ask), "条件がある。まず電話で相談する。"),
        (said_chip(Acceptance::NotAccepting), "受け入れを止めている。"),
        (acceptance::NOT_REPORTED, "まだ一度も報告がない。"),
    ];
    let intro = "受け入れの状態は病床の数とは別のものです。空床があっても受け入れられないことがあります。";
    panel(
        "states",
        "受け入れの状態",
        &html! {
            p { (intro) }
            dl.facts { @for (chip, text) in rows { div { dt { (chip) } dd { (text) } } } }
        },
    )
}

fn ages(region: &Region) -> Markup {
    let old = format!("基準時刻から{}時間を過ぎた報告。灰色の斜線で示し、合計に含めません。", region.old_hours);
    let void = format!("基準時刻から{}時間を過ぎた報告。数を出さず、合計にも含めません。", region.void_hours);
    let by = format!("各病棟は毎日{}までに報告します。", region.beds_by.format("%-H:%M"));
    panel(
        "ages",
        "報告の新しさ",
        &html! {
            p { (by) }
            dl.facts {
                div { dt { (acceptance::OLD) } dd { (old) } }
                div { dt { (acceptance::REFERENCE_ONLY) } dd { (void) } }
            }
        },
    )
}

fn kinds() -> Markup {
    let labels: Vec<_> = WardKind::ALL.iter().map(|kind| kind.label()).collect();
    panel("kinds", "病棟の種類", &html! { p { (labels.join("・")) } })
}

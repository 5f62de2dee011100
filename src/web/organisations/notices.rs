//! お知らせの受け取り: what an organisation wants to be told. What must be known isn't asked.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::html;

use crate::actions::switches as act;
use crate::app::App;
use crate::domain::notice::{NoticeKind, SWITCHES, Switches};
use crate::id::OrgId;
use crate::store::orgs::Org;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, narrow};
use crate::web::{Answer, ok};

/// The form as things stand.
pub async fn show(State(app): State<App>, session: Session, Id(id): Id<OrgId>) -> Answer {
    let (org, off) = act::view(&app, &session.actor, id).await?;
    let mut form = Form::default();
    for kind in asked(&org).filter(|kind| !off.holds(*kind)) {
        form.also("kind", kind.code());
    }
    let back = format!("/organisations/{id}");
    let offered: Vec<_> = asked(&org).map(|kind| Choice::new(kind.code(), name(kind)).note(when(kind))).collect();
    let chosen: Vec<_> = form.texts("kind").collect();
    let shown = Shown::new(&form);
    let lead = html! {
        p { "要らないお知らせを止められます。招待・日時変更・中止・前日のお知らせは止められません。" }
    };
    let body = html! {
        (head(&org.name, "お知らせの受け取り", &lead, &html! {}))
        (post(&format!("{back}/notices"), &session.form_token, &html! {
            (shown.field("kind", "受け取るお知らせ").hint("印を外したものは送りません").checks(&offered, &chosen))
            (actions(&html! { (button(Look::Primary, "保存する")) (button_link(Look::Quiet, &back, "やめる")) }))
        }))
    };
    ok(layout::page(&app, &session, Menu::Organisations, "お知らせの受け取り", "", &narrow(&body)))
}

/// Sets it: what was asked and isn't ticked is switched off.
pub async fn save(State(app): State<App>, Id(id): Id<OrgId>, Posted { session, form }: Posted) -> Answer {
    let (org, before) = act::view(&app, &session.actor, id).await?;
    let wanted: Switches = form.codes::<NoticeKind>("kind").collect();
    let is_asked = |kind| asked(&org).any(|asked| asked == kind);
    let is_off = |kind: &NoticeKind| if is_asked(*kind) { !wanted.holds(*kind) } else { before.holds(*kind) };
    act::set(&app, &session.actor, id, SWITCHES.into_iter().filter(is_off).collect()).await?;
    Ok(Redirect::to(&format!("/organisations/{id}?done=saved")).into_response())
}

/// What an organisation can choose about: who has no beds isn't asked for reports.
fn asked(org: &Org) -> impl Iterator<Item = NoticeKind> {
    let has_beds = org.kind.has_beds();
    SWITCHES.into_iter().filter(move |kind| has_beds || *kind != NoticeKind::BedReport)
}

/// What a message that can be switched off is called where it is chosen.
pub(in crate::web) const fn name(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::D7 => "カンファレンス7日前の回答のお願い",
        NoticeKind::D3 => "カンファレンス3日前の回答のお願い",
        NoticeKind::SameDay => "カンファレンス当日の朝のお知らせ",
        NoticeKind::Receipt3d => "議事録の受領の確認",
        other => other.label(),
    }
}

const fn when(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::D7 | NoticeKind::D3 => "ご回答がまだのときだけ届きます",
        NoticeKind::SameDay => "回答のときに希望された方にだけ届きます",
        NoticeKind::Receipt3d => "議事録をまだお読みでないときに、1回届きます",
        NoticeKind::Decision => "ご担当の決定事項の期限の日に届きます",
        NoticeKind::BedReport => "報告の締切を過ぎたときに届きます",
        _ => "",
    }
}

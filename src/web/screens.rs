//! 壁掛け画面: the page on which an organisation makes and ends the addresses of its screens.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::beds::filter::{self, Wanted};
use super::form::{Form, Posted};
use super::layout::{self, Menu, Shown};
use super::path::{Done, Id, Query};
use super::session::Session;
use super::ui::Tone;
use super::ui::form::{Look, actions, button, pair, post, post_button};
use super::ui::notice::Notice;
use super::ui::panel::{head, panel};
use super::ui::table::Table;
use super::{Answer, ok, refused};
use crate::actions::screens as act;
use crate::app::App;
use crate::domain::bed::board::Order;
use crate::domain::bed::{Acceptance, WardKind};
use crate::domain::calendar::Holidays;
use crate::domain::wareki;
use crate::error::Error;
use crate::id::ScreenId;
use crate::store::region;
use crate::store::screens::Registered;

const NAME_MAX: usize = 40;
const TITLE: &str = "壁掛け画面";

/// The page.
pub async fn show(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    ok(page(&app, &session, &Form::default(), None, &asked.done).await?)
}

/// Makes an address and shows it, once.
pub async fn make(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    let name = form.required("name", NAME_MAX);
    if !form.faults.0.is_empty() {
        return Ok(refused(page(&app, &session, &form, None, "").await?));
    }
    match act::make(&app, &session.actor, &name).await {
        Ok(token) => {
            // The form's name is that of the screen, not of a ward.
            let wanted = Wanted { name: String::new(), ..Wanted::read(&form) };
            let shown = wanted.address_of(&format!("/beds/wall/{token}"));
            let address = format!("{}{shown}", app.base_url);
            ok(page(&app, &session, &Form::default(), Some(&address), "").await?)
        }
        // The same form again: its address was shown then, and can't be shown any more.
        Err(Error::Repeated(_)) => Ok(Redirect::to("/screens").into_response()),
        Err(error) => Err(error.into()),
    }
}

/// Ends an address.
pub async fn stop(State(app): State<App>, Id(id): Id<ScreenId>, Posted { session, .. }: Posted) -> Answer {
    act::stop(&app, &session.actor, id).await?;
    Ok(Redirect::to("/screens?done=screen_stopped").into_response())
}

async fn page(
    app: &App,
    session: &Session,
    form: &Form,
    made: Option<&str>,
    done: &str,
) -> Result<Markup, super::failure::Failure> {
    let screens = act::list(app, &session.actor).await?;
    let holidays = region::holidays(&mut app.look().await?).await?;
    let shown = Shown::new(form);
    let lead = html! {
        p { "ナースステーションなどの大きな画面に、空床情報を出したままにできます。サインインは要りません。" }
        p { "出るのは空床情報だけです。報告があると、画面の数字がひとりでに変わります。" }
    };
    let body = html! {
        (head(&session.actor.org_name, TITLE, &lead, &html! {}))
        @if let Some(address) = made { (fresh(address)) }
        (shown.summary())
        (post("/screens", &session.form_token, &html! {
            (shown.once())
            (shown.field("name", "画面の場所").hint("例：3階ナースステーション").required().text())
            (pair(&choices(&shown)))
            (actions(&button(Look::Primary, "アドレスを作る")))
        }))
        (panel("screens", "使っている画面", &table(&screens, &session.form_token, &holidays, app.clock.now())))
    };
    Ok(layout::page(app, session, Menu::Beds, TITLE, done, &body))
}

/// What of the board the screen shows; it becomes part of the address.
fn choices(shown: &Shown<'_>) -> Markup {
    let kinds = filter::options(WardKind::ALL.iter().map(|kind| (kind.code(), kind.label())));
    let states = filter::options(Acceptance::ALL.iter().map(|state| (state.code(), state.label())));
    let orders: Vec<_> = Order::ALL.iter().map(|order| (order.code(), order.label())).collect();
    let distances = filter::distances();
    let distances = filter::options(distances.iter().map(|(within, label)| (within.as_str(), label.as_str())));
    html! {
        (shown.field("within", "この機関からの距離").select(&distances))
        (shown.field("sort", "並び順").select(&orders))
        (shown.field("kind", "病棟の種類").select(&kinds))
        (shown.field("acceptance", "受け入れ").select(&states))
    }
}

/// The address, which is shown this once.
fn fresh(address: &str) -> Markup {
    let text = "画面につないだパソコンで、このアドレスを開いてください。知っている人は誰でも空床情報を見られます。";
    panel(
        "address",
        "この画面のアドレス",
        &html! {
            (Notice { tone: Tone::Warn, title: "このアドレスは、今だけ表示します。", text })
            div.mail { a href=(address) { (address) } }
        },
    )
}

fn table(screens: &[Registered], csrf: &str, holidays: &Holidays, now: DateTime<Utc>) -> Markup {
    let when =
        |at: Option<DateTime<Utc>>| at.map_or_else(|| "まだありません".into(), |at| wareki::recent(at, now, holidays));
    let row = |screen: &Registered| {
        vec![
            html! { (screen.name) },
            html! { (wareki::table_at(screen.created_at, holidays)) },
            html! { (when(screen.seen_at)) },
            html! { (post_button(Look::Secondary, &format!("/screens/{}/stop", screen.id), csrf, "止める")) },
        ]
    };
    let table = Table {
        caption: "場所の順",
        columns: &["場所", "作った日時", "最後に開いた日時", "操作"],
        empty: "まだありません。",
        dense: false,
    };
    table.show(&screens.iter().map(row).collect::<Vec<_>>())
}

//! 今日のFAX: what goes by FAX today, printed with one press; what was sent, and who has said that they have it.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};

use super::form::Posted;
use super::layout::{self, Menu};
use super::path::{Done, Id, Query};
use super::session::Session;
use super::ui::chip::{Tone, mark};
use super::ui::form::{Look, post_button};
use super::ui::link::{button_link, tel_inline};
use super::ui::panel::{empty, head, panel, panel_with};
use super::ui::table::Table;
use super::ways::{Way, tabs};
use super::{Answer, ok};
use crate::actions::fax as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::notice::NoticeState;
use crate::domain::org::Channel;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::NoticeId;
use crate::jobs::fax as sheets;
use crate::print::fax as paper;
use crate::store::db::Tx;
use crate::store::fax::queue::{self, Waiting};
use crate::store::region;

/// What was sent stays on the page so long.
const SHOWN: TimeDelta = TimeDelta::days(7);

/// The page.
pub async fn list(State(app): State<App>, session: Session, Query(asked): Query<Done>) -> Answer {
    let pile = act::pile(&session.actor)?;
    let mut tx = app.look().await?;
    let all = queue::all(&mut tx, pile, app.clock.now() - SHOWN).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let confirms = session.actor.may(Permission::ConfirmFax);
    let day = Day { all: &all, holidays: &holidays, csrf: &session.form_token, confirms };
    let body = html! {
        (head("", "今日のFAX", &html! { span { (wareki::full(day_of(app.clock.now()), &holidays)) } }, &html! {}))
        (tabs(&session, Way::Fax))
        (day.to_print())
        (day.unverified())
        (day.printed())
        (day.sent())
    };
    // Who has to do with requests only comes here from their page.
    let menu = if session.actor.may(Permission::ManageCases) { Menu::Reach } else { Menu::Requests };
    ok(layout::page(&app, &session, menu, "今日のFAX", &asked.done, &body))
}

/// What waits of somebody who hasn't this page in the menu, for above their list of requests; nothing where nothing does.
///
/// # Errors
/// Not allowed; the database refuses.
pub async fn brief(tx: &mut Tx, session: &Session, now: DateTime<Utc>) -> Result<Markup> {
    if session.actor.may(Permission::ManageCases) {
        return Ok(html! {});
    }
    let waiting = queue::all(tx, act::pile(&session.actor)?, now).await?;
    let count = |state| waiting.iter().filter(|row| row.state == state && row.verified).count();
    let (to_print, printed) = (count(NoticeState::ToDo), count(NoticeState::Printed));
    if to_print + printed == 0 {
        return Ok(html! {});
    }
    let press = html! {
        (button_link(Look::Quiet, "/fax", "今日のFAXを見る"))
        @if to_print > 0 { (print_all(&session.form_token, to_print)) }
    };
    let text = html! {
        p { @if to_print > 0 { "これから印刷する用紙が" (to_print) "件あります。" } @if printed > 0 { "印刷済みで、送信の記録がまだのものが" (printed) "件あります。" } }
    };
    Ok(panel_with("fax", "FAXで送るもの", &press, &text))
}

fn print_all(csrf: &str, count: usize) -> Markup {
    post_button(Look::Primary, "/fax/print", csrf, &format!("まとめて印刷（{count}件）"))
}

/// Prints everything that is ready: makes sure that it can be printed, marks it, and shows the PDF. Pressed twice, it shows the
/// same PDF again.
pub async fn print(State(app): State<App>, Posted { session, .. }: Posted) -> Answer {
    make(&app, &session, None).await?;
    Ok(Redirect::to("/fax/sheets.pdf").into_response())
}

/// The same for one sheet.
pub async fn print_one(State(app): State<App>, Id(id): Id<NoticeId>, Posted { session, .. }: Posted) -> Answer {
    queue::find(&mut app.look().await?, act::pile(&session.actor)?, id).await?;
    make(&app, &session, Some(id)).await?;
    Ok(Redirect::to(&format!("/fax/{id}/sheet.pdf")).into_response())
}

async fn make(app: &App, session: &Session, one: Option<NoticeId>) -> Result<()> {
    act::pile(&session.actor)?;
    app.press.check().await?;
    let ready = act::to_print(app, &session.actor, one).await?;
    act::printed(app, &session.actor, &ready).await?;
    Ok(())
}

/// What is printed and not sent yet, as one PDF.
pub async fn pdf(State(app): State<App>, session: Session) -> Answer {
    let pile = act::pile(&session.actor)?;
    let printed = queue::printed(&mut app.look().await?, pile).await?;
    made(&app, &session, &printed).await
}

/// One sheet, once more.
pub async fn sheet(State(app): State<App>, session: Session, Id(id): Id<NoticeId>) -> Answer {
    let pile = act::pile(&session.actor)?;
    let (_, state) = queue::find(&mut app.look().await?, pile, id).await?;
    // What was never printed has no code yet, and what goes out is marked as printed first.
    if !matches!(state, NoticeState::Printed | NoticeState::Faxed | NoticeState::Received) {
        return Err(Error::NotFound.into());
    }
    made(&app, &session, &[id]).await
}

async fn made(app: &App, session: &Session, notices: &[NoticeId]) -> Answer {
    let sheets = sheets::sheets(app, act::pile(&session.actor)?, notices).await?;
    if sheets.is_empty() {
        return Ok(Redirect::to("/fax").into_response());
    }
    let pdf = paper::sheets(&app.press, &sheets).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

/// A sheet has gone through the FAX machine.
pub async fn sent(State(app): State<App>, Id(id): Id<NoticeId>, Posted { session, .. }: Posted) -> Answer {
    act::sent(&app, &session.actor, id).await?;
    Ok(Redirect::to("/fax?done=faxed").into_response())
}

/// The receiver has said that they have it.
pub async fn received(State(app): State<App>, Id(id): Id<NoticeId>, Posted { session, .. }: Posted) -> Answer {
    act::received(&app, &session.actor, id).await?;
    Ok(Redirect::to("/fax?done=received").into_response())
}

/// Nothing arrived: it is said on the telephone.
pub async fn lost(State(app): State<App>, Id(id): Id<NoticeId>, Posted { session, .. }: Posted) -> Answer {
    let done = match act::lost(&app, &session.actor, id).await? {
        Some(Channel::FaxPrint) => "fax_lost_again",
        Some(_) => "fax_lost",
        None => "fax_lost_late",
    };
    Ok(Redirect::to(&format!("/fax?done={done}")).into_response())
}

/// What the page shows.
struct Day<'a> {
    all: &'a [Waiting],
    holidays: &'a Holidays,
    csrf: &'a str,
    /// Whether the reader may confirm FAX numbers.
    confirms: bool,
}

impl Day<'_> {
    fn of(&self, fits: impl Fn(&Waiting) -> bool) -> Vec<&Waiting> {
        self.all.iter().filter(|row| fits(row)).collect()
    }

    fn to_print(&self) -> Markup {
        let rows = self.of(|row| row.state == NoticeState::ToDo && row.verified);
        if rows.is_empty() {
            return panel(
                "to-print",
                "これから印刷するもの",
                &empty(if self.all.is_empty() {
                    "いまFAXで送るお知らせはありません。"
                } else {
                    "これから印刷するものはありません。"
                }),
            );
        }
        let press = print_all(self.csrf, rows.len());
        let table = Table {
            caption: "1件につき1枚のPDFになります。印刷したら、この画面に戻ってください",
            columns: &["宛先", "FAX番号", "件名"],
            empty: "",
            dense: false,
        };
        let lines: Vec<_> = rows.into_iter().map(|row| vec![to(row), number(row), self.what(row)]).collect();
        panel_with("to-print", "これから印刷するもの", &press, &table.show(&lines))
    }

    fn unverified(&self) -> Markup {
        let rows = self.of(|row| matches!(row.state, NoticeState::ToDo | NoticeState::Printed) && !row.verified);
        let table = Table {
            caption: "2人の読み合わせと試験送信が済むまで、印刷できません。お急ぎのときは電話で伝えてください",
            columns: &["宛先", "FAX番号", "件名", "操作"],
            empty: "",
            dense: false,
        };
        let lines: Vec<_> = rows
            .iter()
            .map(|row| {
                let page = format!("/organisations/{}/fax", row.org_id);
                let check = html! {
                    @if self.confirms { (button_link(Look::Secondary, &page, "番号を確認する")) } @else { "病院の退院支援部門か相談窓口が確認します" }
                };
                vec![
                    to(row),
                    html! { div { (number(row)) @if !row.phone.is_empty() { br; "電話 " (tel_inline(&row.phone)) } } },
                    self.what(row),
                    check,
                ]
            })
            .collect();
        html! { @if !rows.is_empty() { (panel("unverified", "番号の確認待ち", &table.show(&lines))) } }
    }

    fn printed(&self) -> Markup {
        let rows = self.of(|row| row.state == NoticeState::Printed && row.verified);
        let again = button_link(Look::Secondary, "/fax/sheets.pdf", &format!("PDFを開く（{}件）", rows.len()));
        let table = Table {
            caption: "送ったら、1件ずつ記録してください",
            columns: &["宛先", "FAX番号", "件名", "操作"],
            empty: "",
            dense: false,
        };
        let lines: Vec<_> = rows
            .iter()
            .map(|row| {
                let sent = post_button(Look::Secondary, &format!("/fax/{}/sent", row.id), self.csrf, "送信した");
                vec![to(row), number(row), html! { div { (self.what(row)) (one(row)) } }, sent]
            })
            .collect();
        html! { @if !rows.is_empty() { (panel_with("printed", "印刷済み・これから送るもの", &again, &table.show(&lines))) } }
    }

    fn sent(&self) -> Markup {
        let rows = self.of(|row| matches!(row.state, NoticeState::Faxed | NoticeState::Received));
        let table = Table {
            caption: "この7日間。届いたかを電話で確かめたら、受領を記録してください。届かなかったものは電話リストに移ります",
            columns: &["宛先", "送信", "件名", "操作"],
            empty: "",
            dense: false,
        };
        let lines: Vec<_> = rows
            .iter()
            .map(|row| vec![to(row), self.when(row), html! { div { (self.what(row)) (one(row)) } }, self.receipt(row)])
            .collect();
        html! { @if !rows.is_empty() { (panel("sent", "送信したもの", &table.show(&lines))) } }
    }

    fn receipt(&self, row: &Waiting) -> Markup {
        if row.state == NoticeState::Received {
            return mark(Tone::Good, "受領確認");
        }
        html! {
            div {
                @if !row.phone.is_empty() { (tel_inline(&row.phone)) }
                (post_button(Look::Secondary, &format!("/fax/{}/received", row.id), self.csrf, "受領を確認"))
                (post_button(Look::Quiet, &format!("/fax/{}/lost", row.id), self.csrf, "届かなかった"))
            }
        }
    }

    fn when(&self, row: &Waiting) -> Markup {
        html! { @if let Some(at) = row.sent_at { (wareki::table(day_of(at), self.holidays)) " " (wareki::clock(at)) } }
    }

    fn what(&self, row: &Waiting) -> Markup {
        let href = match (row.conference_id, row.case_id, row.registration_id, row.request_id) {
            (Some(id), ..) => format!("/conferences/{id}"),
            (None, Some(id), ..) => format!("/cases/{id}"),
            (None, None, Some(id), _) => format!("/registrations/{id}"),
            (None, None, None, Some(id)) => format!("/requests/{id}"),
            (None, None, None, None) => "/fax".into(),
        };
        html! {
            div { a href=(href) { (row.kind.label()) }
            @if let Some(at) = row.starts_at { " " (wareki::table(day_of(at), self.holidays)) " " (wareki::clock(at)) }
            " " small { (row.case_code) } }
        }
    }
}

fn one(row: &Waiting) -> Markup {
    html! { div { a href=(format!("/fax/{}/sheet.pdf", row.id)) { "この1枚を開く" } } }
}

fn to(row: &Waiting) -> Markup {
    html! { div { a href=(format!("/organisations/{}", row.org_id)) { (row.org_name) } @if !row.person_name.is_empty() { br; small { (row.person_name) " 様" } } } }
}

fn number(row: &Waiting) -> Markup {
    html! { @if row.fax.is_empty() { "番号がありません" } @else { b { (row.fax) } } }
}

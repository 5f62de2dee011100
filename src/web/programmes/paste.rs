//! A rota that the desk has as a table: pasted, looked at for what it changes, then kept whole.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::desk::Desk;
use super::duty::hours;
use crate::actions::programmes as act;
use crate::app::App;
use crate::domain::fault::Fault;
use crate::domain::month::Month;
use crate::domain::programme::written::{self, Wrong};
use crate::domain::programme::{Anew, Duty, reach};
use crate::domain::wareki;
use crate::error::{Error, or_before};
use crate::id::{LineId, ProgrammeId};
use crate::web::form::{Form, ONCE, Posted};
use crate::web::layout::Shown;
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::chip::Tone;
use crate::web::ui::form::{Look, actions, button, hidden_field, post};
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::panel;
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};

/// The field that says which effect of a pasted table was seen.
const SEEN: &str = "seen";
/// A pasted rota isn't longer than this, in characters.
const ROTA_MAX: usize = 100_000;

/// A table of turns that was read: what it would change, and what stands for that.
pub(super) struct Read {
    days: Vec<Anew>,
    seen: String,
}

impl Desk {
    /// What a pasted table would change, and nothing else.
    fn preview(&self, app: &App, session: &Session, form: &Form, read: &Read) -> Markup {
        let shown = Shown::new(form);
        let body = html! {
            (shown.summary())
            (panel("paste", "表から当番を取り込む", &self.paste_form(session, &shown, Some(read))))
        };
        self.around(app, session, "", &body)
    }

    /// The form for a table; with what it would change, where it was read.
    pub(super) fn paste_form(&self, session: &Session, shown: &Shown<'_>, read: Option<&Read>) -> Markup {
        let example = self.members.first().map_or("", |member| member.org_name.as_str());
        let word = if read.is_some() { "この内容で保存する" } else { "内容を確かめる" };
        post(
            &format!("/programmes/{}/rota", self.kept.id),
            &session.form_token,
            &html! {
                @if let Some(read) = read { (self.effect(read)) (hidden_field(SEEN, &read.seen)) (hidden_field(ONCE, &LineId::fresh().to_string())) }
                @else {
                    p { "表計算の「日付・病院・時間・床数」の列を、そのまま貼り付けてください。何が変わるかを確かめてから保存します。" }
                    p { "例：" code { "12月1日," (example) ",9:00-17:00,1" } }
                }
                (shown.field("rota", "当番の表").required().hint("日付は 12月1日、12/1、2026-12-01、令和8年12月1日 のどれでも").textarea(8))
                (actions(&html! {
                    (button(Look::Primary, word))
                    @if read.is_some() { (button_link(Look::Quiet, &format!("/programmes/{}/desk", self.kept.id), "やめる")) }
                }))
            },
        )
    }

    /// 「31日分：30日が新規、1日が入れ替わります。」, and each day that is another by then.
    fn effect(&self, read: &Read) -> Markup {
        let count = |is: fn(&Anew) -> bool| read.days.iter().filter(|day| is(day)).count();
        let written = count(|day| !day.after.is_empty());
        let parts = [
            (count(|day| day.before.is_empty()), "新規"),
            (count(Anew::is_replaced), "入れ替え"),
            (count(|day| day.after.is_empty()), "当番を消す日"),
            (count(|day| day.before == day.after), "いまと同じ"),
        ];
        let parts: Vec<_> =
            parts.iter().filter(|(days, _)| *days > 0).map(|(days, what)| format!("{what} {days}日")).collect();
        let title = format!("{written}日分：{}", parts.join("、"));
        let others = read.days.iter().filter(|day| day.is_replaced() || day.after.is_empty());
        let row = |day: &Anew| {
            let said = |turns: &[Duty]| {
                html! {
                    @if turns.is_empty() { "曜日どおり" }
                    @for duty in turns { div { (self.name(duty.org)) " " small { (hours(duty.from, duty.to)) "・" (duty.beds) "床" } } }
                }
            };
            vec![html! { (wareki::table(day.day, &self.holidays)) }, said(&day.before), said(&day.after)]
        };
        let rows: Vec<_> = others.map(row).collect();
        let table =
            Table {
                caption: "いまの当番に代わる日", columns: &["日", "いま", "保存すると"], empty: "", dense: true
            };
        html! {
            (Notice { tone: Tone::Info, title: &title, text: "まだ保存していません。" })
            @if !rows.is_empty() { (table.show(&rows)) }
        }
    }
}

/// Reads a pasted table, and writes its dates anew where somebody has seen what that changes.
pub async fn write_rota(
    State(app): State<App>,
    Id(id): Id<ProgrammeId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    let desk = Desk::open(&app, &session, id, "").await?;
    let text = form.paragraph("rota", ROTA_MAX);
    let hospitals: Vec<_> = desk.members.iter().map(|member| (member.org_id, member.org_name.as_str())).collect();
    let duties = match written::read(&text, &hospitals, desk.today) {
        Ok(duties) if form.faults.0.is_empty() => duties,
        found => {
            if let Err(wrong) = found {
                form.faults.add("rota", Fault::NotRota { lines: lines(&wrong) });
            }
            return Ok(refused(desk.page(&app, &session, &form, "")));
        }
    };
    let seen = form.text(SEEN).to_owned();
    if !seen.is_empty() {
        match or_before(act::write_dates(&app, &session.actor, id, &duties, &seen).await) {
            Ok(_) => {
                let month = reach(&duties).map(|(first, _)| Month::of(first).to_string()).unwrap_or_default();
                return Ok(
                    Redirect::to(&format!("/programmes/{id}/desk?month={month}&done=saved#rota")).into_response()
                );
            }
            Err(Error::Refused(faults)) => form.faults = faults,
            Err(error) => return Err(error.into()),
        }
    }
    let (days, seen) = match act::preview_dates(&app, &session.actor, id, &duties).await {
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            return Ok(refused(desk.page(&app, &session, &form, "")));
        }
        done => done?,
    };
    let page = desk.preview(&app, &session, &form, &Read { days, seen });
    if form.faults.0.is_empty() { ok(page) } else { Ok(refused(page)) }
}

/// The first lines that can't be read, in words.
fn lines(wrong: &[(usize, Wrong)]) -> String {
    const SHOWN: usize = 10;
    let said = wrong.iter().take(SHOWN).map(|(line, wrong)| match wrong {
        Wrong::Day(text) => format!("{line}行目：日付「{text}」"),
        Wrong::Past(day) => format!("{line}行目：過ぎた日（{}）", wareki::plain(*day)),
        Wrong::Hospital(name) => format!("{line}行目：この事業にない病院「{name}」"),
        Wrong::Hours(text) => format!("{line}行目：時間「{text}」"),
        Wrong::Beds(text) => format!("{line}行目：床数「{text}」"),
        Wrong::Twice => format!("{line}行目：同じ当番が2回"),
        Wrong::Overlaps(other) => format!("{line}行目：同じ病院の{other}行目と時間が重なる"),
        Wrong::TooLong => format!("{}行を超えています", written::LINES_MAX),
        Wrong::Empty => "表が空です".into(),
    });
    let mut said: Vec<_> = said.collect();
    if wrong.len() > SHOWN {
        said.push(format!("ほか{}行", wrong.len() - SHOWN));
    }
    said.join("、")
}

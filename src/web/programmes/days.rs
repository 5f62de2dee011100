//! The days of a month of the rota, one choice each: the desk's form, and what it says.

use axum::extract::State;
use chrono::{NaiveDate, NaiveTime};
use maud::{Markup, html};

use super::desk::{Desk, MONTH, answer, read_time};
use super::month::{Pattern, Sheet};
use crate::actions::programmes::{self as act, DaySaid};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::fault::Fault;
use crate::domain::month::Month;
use crate::domain::programme::{Duty, OfDate, On};
use crate::error::{Error, Result, or_before};
use crate::id::ProgrammeId;
use crate::web::Answer;
use crate::web::form::{Form, Posted};
use crate::web::layout::Shown;
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Look, actions, button, hidden_field, pair, post};
use crate::web::ui::table::Table;

/// The fields of the hours and beds of these days; the form of one turn has its own.
const OPENS: &str = "days_open";
const CLOSES: &str = "days_close";
const BEDS: &str = "days_beds";

impl Desk {
    /// The days of a month, one choice each; below it the days on which several have a turn.
    pub(super) fn days(&self, session: &Session, shown: &Shown<'_>) -> Markup {
        let id = self.kept.id;
        let sheet = Sheet::new((self.month, self.today), &self.members, &self.rota, &self.holidays);
        let several = |duty: &Duty| match duty.on {
            On::Date(day) => Month::of(day) == self.month && OfDate::of(&sheet.duties, day) == OfDate::Several,
            On::Daily | On::Weekday(_) => false,
        };
        let rows = self.turn_rows(session, several);
        let table = Table {
            caption: "1日に2つ以上の当番",
            columns: &["いつ", "時間", "病院", "床数", "操作"],
            empty: "",
            dense: true,
        };
        html! {
            (sheet.pages(&format!("/programmes/{id}/desk")))
            (post(&format!("/programmes/{id}/days"), &session.form_token, &html! {
                (shown.once())
                (hidden_field(MONTH, &self.month.to_string()))
                (sheet.choices(shown))
                (pair(&html! {
                    (shown.field(OPENS, "何時から").hint("選びなおした日の当番").time())
                    (shown.field(CLOSES, "何時まで").hint("翌朝までなら9:00のように").time())
                    (shown.field(BEDS, "床数").stepper("床", ""))
                }))
                (actions(&button(Look::Secondary, "この月の当番を保存する")))
            }))
            @if !rows.is_empty() { (table.show(&rows)) }
        }
    }

    /// The form of the month: what was typed, else the hours of most of its turns.
    pub(super) fn days_form(&self, form: &Form) -> Form {
        if !form.text(MONTH).is_empty() {
            return form.clone();
        }
        let sheet = Sheet::new((self.month, self.today), &self.members, &self.rota, &self.holidays);
        let nine = NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default();
        let (from, to, beds) = sheet.usual().unwrap_or((nine, nine, 1));
        let time = |time: NaiveTime| time.format("%H:%M").to_string();
        Form::of([(OPENS, time(from)), (CLOSES, time(to)), (BEDS, beds.to_string())])
    }
}

/// Writes the days of a month of which somebody has said something else than was shown.
pub async fn write_days(
    State(app): State<App>,
    Id(id): Id<ProgrammeId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    session.actor.scope(Permission::ManageProgrammes)?;
    let month: Month = form.text(MONTH).parse().map_err(|_| Error::NotFound)?;
    let pattern = read_pattern(&mut form);
    let said = month.days().filter_map(|day| read_day(&form, day)).collect::<Result<Vec<_>>>()?;
    let done = if form.faults.0.is_empty() {
        or_before(act::write_days(&app, &session.actor, id, &said, pattern).await).map(drop)
    } else {
        Err(Error::Refused(form.faults.clone()))
    };
    answer(&app, &session, id, form, done).await
}

/// What is said of a day; nothing where it isn't in the form, or is as it was shown.
fn read_day(form: &Form, day: NaiveDate) -> Option<Result<DaySaid>> {
    let (now, before) = (form.text(&format!("day_{day}")), form.text(&format!("was_{day}")));
    if now.is_empty() || now == before {
        return None;
    }
    let read = |code: &str| code.parse().map_err(|_| Error::NotFound);
    Some(read(before).and_then(|before| Ok(DaySaid { day, before, after: read(now)? })))
}

fn read_pattern(form: &mut Form) -> Pattern {
    let beds = form.count(BEDS);
    form.faults.check((1..=99).contains(&beds), BEDS, Fault::NotANumber);
    let (from, to) = (read_time(form, OPENS), read_time(form, CLOSES));
    (from, to, beds.unsigned_abs())
}

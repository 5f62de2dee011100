//! Rows of a form and the document that they make: points, people, decisions.

use super::SEEN;
use crate::domain::conference::{LINE_MAX, Mode, TEXT_MAX};
use crate::domain::fault::Fault;
use crate::domain::minutes::{Attendance, Attendee, Decision, Evidence, MOST, Minutes, Point, Side};
use crate::domain::person::Licence;
use crate::domain::wareki;
use crate::id::DecisionId;
use crate::web::form::Form;

/// A kind of rows: the beginning of the names of its fields, and their ends.
pub(super) type Rows = (&'static str, &'static [&'static str]);

pub(super) const POINT: Rows = ("point", &["heading", "text"]);
pub(super) const WHO: Rows =
    ("who", &["side", "name", "licence", "org", "mode", "attendance", "from", "to", "on_instruction"]);
pub(super) const DECISION: Rows = ("decision", &["id", "what", "side", "person", "due_on"]);
/// Without these a row is empty: the rest of it has values of its own.
const TELLING: [&str; 5] = ["heading", "text", "name", "what", "person"];

pub(super) fn field((prefix, _): (&str, &[&str]), n: usize, name: &str) -> String {
    format!("{prefix}_{n}_{name}")
}

/// Whether there is something in a row that is worth keeping. An invited party is kept without a name, too.
fn is_filled(form: &Form, rows: (&str, &[&str]), n: usize) -> bool {
    let told = rows.1.iter().any(|name| TELLING.contains(name) && !form.text(&field(rows, n, name)).is_empty());
    told || (rows == WHO && matches!(Side::read(form.text(&field(rows, n, "side"))), Some(Side::Party(_))))
}

/// Moves the filled rows together, so that the rows of the form and of the document have the same numbers.
pub(super) fn compact(form: &mut Form, rows: (&str, &[&str])) {
    let filled: Vec<_> = (0..MOST).filter(|n| is_filled(form, rows, *n)).collect();
    for n in 0..MOST {
        for name in rows.1 {
            let from = filled.get(n).map(|from| form.text(&field(rows, *from, name)).to_owned()).unwrap_or_default();
            let to = field(rows, n, name);
            if form.text(&to) != from {
                form.set(&to, from);
            }
        }
    }
}

/// How many rows of a kind are filled.
pub(super) fn count(form: &Form, rows: (&str, &[&str])) -> usize {
    (0..MOST).filter(|n| is_filled(form, rows, *n)).count()
}

/// The form with a document in it.
pub(super) fn filled(minutes: &Minutes, seen: &str) -> Form {
    let yes = |is_so: bool| if is_so { "yes".to_owned() } else { String::new() };
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let time = |time: Option<chrono::NaiveTime>| time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default();
    let evidence = &minutes.evidence;
    let mut form = Form::of([
        (SEEN, seen.to_owned()),
        ("text", minutes.text.clone()),
        ("consent_on", day(evidence.consent_on)),
        ("document", evidence.document.clone()),
        ("document_sha256", evidence.document_sha256.clone()),
        ("handed_on", day(evidence.handed_on)),
        ("handed_to", evidence.handed_to.clone()),
        ("screen_share_consent", yes(evidence.screen_share_consent)),
        ("contact_sheet", yes(evidence.contact_sheet)),
        ("handed_by", evidence.handed_by.clone()),
        ("co_located", yes(evidence.co_located)),
        ("plan_shared", yes(evidence.plan_shared)),
        ("equipment_planned", yes(evidence.equipment_planned)),
    ]);
    for (n, point) in minutes.agenda.iter().enumerate() {
        form.set(&field(POINT, n, "heading"), &*point.heading);
        form.set(&field(POINT, n, "text"), &*point.text);
    }
    for (n, who) in minutes.attendees.iter().enumerate() {
        form.set(&field(WHO, n, "side"), who.side.code());
        form.set(&field(WHO, n, "name"), &*who.name);
        form.set(&field(WHO, n, "licence"), who.licence.map_or("", Licence::code));
        let is_named = matches!(who.side, Side::Family | Side::Elsewhere);
        form.set(&field(WHO, n, "org"), if is_named { &*who.org } else { "" });
        form.set(&field(WHO, n, "mode"), who.mode.code());
        form.set(&field(WHO, n, "attendance"), who.attendance.code());
        form.set(&field(WHO, n, "from"), time(who.from));
        form.set(&field(WHO, n, "to"), time(who.to));
        form.set(&field(WHO, n, "on_instruction"), yes(who.on_instruction));
    }
    for (n, decision) in minutes.decisions.iter().enumerate() {
        form.set(&field(DECISION, n, "id"), decision.id.to_string());
        form.set(&field(DECISION, n, "what"), &*decision.what);
        form.set(&field(DECISION, n, "side"), decision.side.code());
        form.set(&field(DECISION, n, "person"), &*decision.person);
        form.set(&field(DECISION, n, "due_on"), day(decision.due_on));
    }
    form
}

/// Reads the document; what can't be read stands in the form's faults.
pub(super) fn read(form: &mut Form) -> Minutes {
    let evidence = Evidence {
        consent_on: form.optional_day("consent_on"),
        screen_share_consent: form.is_ticked("screen_share_consent"),
        document: form.line("document", LINE_MAX),
        document_sha256: form.line("document_sha256", LINE_MAX).to_lowercase(),
        handed_on: form.optional_day("handed_on"),
        handed_to: form.line("handed_to", LINE_MAX),
        handed_by: form.line("handed_by", LINE_MAX),
        contact_sheet: form.is_ticked("contact_sheet"),
        co_located: form.is_ticked("co_located"),
        plan_shared: form.is_ticked("plan_shared"),
        equipment_planned: form.is_ticked("equipment_planned"),
    };
    let point = |form: &mut Form, n| Point {
        heading: form.line(&field(POINT, n, "heading"), LINE_MAX),
        text: form.paragraph(&field(POINT, n, "text"), TEXT_MAX),
    };
    let agenda = (0..count(form, POINT)).map(|n| point(form, n)).collect();
    let attendees = (0..count(form, WHO)).map(|n| attendee(form, n)).collect();
    let decisions = (0..count(form, DECISION)).map(|n| decision(form, n)).collect();
    let text = form.paragraph("text", 5 * TEXT_MAX);
    Minutes { agenda, text, opinions: Vec::new(), attendees, evidence, decisions }
}

fn side(form: &mut Form, name: &str) -> Side {
    let side = Side::read(form.text(name));
    let fault = if form.text(name).is_empty() { Fault::Required } else { Fault::NotAChoice };
    form.faults.check(side.is_some(), name, fault);
    side.unwrap_or(Side::Elsewhere)
}

fn time(form: &mut Form, name: &str) -> Option<chrono::NaiveTime> {
    let text = form.text(name);
    if text.is_empty() {
        return None;
    }
    let time = wareki::parse_time(text).ok();
    form.faults.check(time.is_some(), name, Fault::NotATime);
    time
}

fn attendee(form: &mut Form, n: usize) -> Attendee {
    let name = |name| field(WHO, n, name);
    Attendee {
        side: side(form, &name("side")),
        org: form.line(&name("org"), LINE_MAX),
        org_kind: None,
        name: form.line(&name("name"), LINE_MAX),
        licence: form.optional_code(&name("licence")),
        on_instruction: form.is_ticked(&name("on_instruction")),
        mode: form.optional_code(&name("mode")).unwrap_or(Mode::InPerson),
        attendance: form.optional_code(&name("attendance")).unwrap_or(Attendance::Attended),
        from: time(form, &name("from")),
        to: time(form, &name("to")),
    }
}

fn decision(form: &mut Form, n: usize) -> Decision {
    let name = |name| field(DECISION, n, name);
    Decision {
        id: form.text(&name("id")).parse().unwrap_or_else(|_| DecisionId::fresh()),
        what: form.paragraph(&name("what"), TEXT_MAX),
        side: side(form, &name("side")),
        owner: String::new(),
        person: form.line(&name("person"), LINE_MAX),
        due_on: form.optional_day(&name("due_on")),
    }
}

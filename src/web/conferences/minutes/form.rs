//! The form on which minutes are written. A row that is empty isn't kept; each saving adds a few empty ones. Whoever comes too
//! late keeps what was typed, and sees beside it what somebody else has saved.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::super::when;
use super::paper;
use crate::actions::conferences::{self as act, File};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::Holidays;
use crate::domain::conference::{LINE_MAX, Mode, TEXT_MAX};
use crate::domain::fault::Fault;
use crate::domain::minutes::{Attendance, Attendee, Decision, Evidence, MOST, Minutes, Point, Side};
use crate::domain::person::Licence;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::{ConferenceId, DecisionId};
use crate::store::region;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button_to, hidden_field, pair, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::head;
use crate::web::{Answer, ok, refused};

/// The field that says which state the form showed.
const SEEN: &str = "seen";
const POINT: (&str, &[&str]) = ("point", &["heading", "text"]);
const WHO: (&str, &[&str]) =
    ("who", &["side", "name", "licence", "org", "mode", "attendance", "from", "to", "on_instruction"]);
const DECISION: (&str, &[&str]) = ("decision", &["id", "what", "side", "person", "due_on"]);
/// Without these a row is empty: the rest of it has values of its own.
const TELLING: [&str; 5] = ["heading", "text", "name", "what", "person"];

/// The form as things stand.
pub async fn edit(State(app): State<App>, session: Session, Id(id): Id<ConferenceId>) -> Answer {
    session.actor.scope(Permission::ManageCases)?;
    let file = act::minutes(&app, &session.actor, id, "minutes").await?;
    let form = filled(&file.start()?, &file.mark());
    ok(page(&app, &session, &file, &form).await?)
}

/// Saves the draft, or finishes and shares it.
pub async fn save(State(app): State<App>, Id(id): Id<ConferenceId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::ManageCases)?;
    for rows in [POINT, WHO, DECISION] {
        compact(&mut form, rows);
    }
    let finish = form.text("act") == "finish";
    let minutes = read(&mut form);
    let seen = form.text(SEEN).to_owned();
    let result = if form.faults.0.is_empty() {
        act::save_minutes(&app, &session.actor, id, &seen, minutes, finish).await
    } else {
        Err(Error::Refused(std::mem::take(&mut form.faults)))
    };
    let base = format!("/conferences/{id}/minutes");
    match result {
        Ok(()) | Err(Error::Repeated(_)) if finish => {
            Ok(Redirect::to(&format!("{base}?done=minutes_shared")).into_response())
        }
        Ok(()) | Err(Error::Repeated(_)) => Ok(Redirect::to(&format!("{base}?done=minutes_saved")).into_response()),
        Err(Error::Refused(faults)) => {
            let file = act::minutes(&app, &session.actor, id, "minutes").await?;
            form.faults = faults;
            Ok(refused(page(&app, &session, &file, &form).await?))
        }
        Err(error) => Err(Failure(error)),
    }
}

fn field((prefix, _): (&str, &[&str]), n: usize, name: &str) -> String {
    format!("{prefix}_{n}_{name}")
}

/// Whether there is something in a row that is worth keeping. An invited party is kept without a name, too.
fn is_filled(form: &Form, rows: (&str, &[&str]), n: usize) -> bool {
    let told = rows.1.iter().any(|name| TELLING.contains(name) && !form.text(&field(rows, n, name)).is_empty());
    told || (rows == WHO && matches!(Side::read(form.text(&field(rows, n, "side"))), Some(Side::Party(_))))
}

/// Moves the filled rows together, so that the rows of the form and of the document have the same numbers.
fn compact(form: &mut Form, rows: (&str, &[&str])) {
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
fn count(form: &Form, rows: (&str, &[&str])) -> usize {
    (0..MOST).filter(|n| is_filled(form, rows, *n)).count()
}

/// The form with a document in it.
fn filled(minutes: &Minutes, seen: &str) -> Form {
    let yes = |is_so: bool| if is_so { "yes".to_owned() } else { String::new() };
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let time = |time: Option<chrono::NaiveTime>| time.map(|time| time.format("%H:%M").to_string()).unwrap_or_default();
    let evidence = &minutes.evidence;
    let mut form = Form::of([
        (SEEN, seen.to_owned()),
        ("text", minutes.text.clone()),
        ("consent_on", day(evidence.consent_on)),
        ("document", evidence.document.clone()),
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
fn read(form: &mut Form) -> Minutes {
    let evidence = Evidence {
        consent_on: form.optional_day("consent_on"),
        screen_share_consent: form.is_ticked("screen_share_consent"),
        document: form.line("document", LINE_MAX),
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

async fn page(app: &App, session: &Session, file: &File, form: &Form) -> Result<Markup> {
    let holidays = region::holidays(&mut app.look().await?).await?;
    let shown = Shown::new(form);
    let conference = &file.held.conference;
    let base = format!("/conferences/{}/minutes", conference.id);
    let stale = form.faults.of("") == Some(&Fault::ChangedMeanwhile);
    // Who has seen what somebody else wrote may decide on it.
    let mark = file.mark();
    let seen = if stale { &*mark } else { shown.value(SEEN) };
    let lead = html! {
        (when(conference, &holidays))
        span { "空の行は保存されません。保存すると、書き足す行が増えます。" }
    };
    let body = html! {
        (head(&format!("退院調整ケース {} ・ {}さん", file.case.code, file.case.patient_name), "議事録を書く", &lead, &html! {}))
        @if stale { (saved(file, &holidays)?) }
        (paper::opinions(&act::blank(&file.held).opinions))
        (post(&format!("{base}/edit"), &session.form_token, &html! {
            (hidden_field(SEEN, seen))
            (shown.once())
            (shown.summary())
            h2 { "議題と内容" }
            @for n in 0..=count(form, POINT) { (point_fields(&shown, n)) }
            (shown.field("text", "そのほか（全体のメモ）").textarea(4))
            h2 { "決定事項（担当・期限）" }
            @for n in 0..count(form, DECISION) + 2 { (decision_fields(&shown, file, n)) }
            h2 { "参加者" }
            p.field__hint { "招待への回答から入れてあります。実際のとおりに直してください。氏名と立場を空にすると、その行は消えます。" }
            @for n in 0..count(form, WHO) + 2 { (who_fields(&shown, file, n)) }
            h2 { "同意と文書" }
            (evidence_fields(&shown))
            (actions(&html! {
                (button_to(Look::Secondary, "act", "save", "下書きを保存"))
                (button_to(Look::Primary, "act", "finish", "確定して共有"))
                (button_link(Look::Quiet, &base, "やめる"))
            }))
        }))
    };
    Ok(layout::page(app, session, Menu::Cases, "議事録を書く", "", &body))
}

/// What somebody else has saved meanwhile.
fn saved(file: &File, holidays: &Holidays) -> Result<Markup> {
    let Some(newest) = file.versions.first() else { return Ok(html! {}) };
    let minutes = newest.minutes()?;
    Ok(html! {
        details.panel open {
            summary { (newest.changed_by) "が " (wareki::table_at(newest.changed_at, holidays)) " に保存した内容" }
            p { "下の欄には、あなたが入力した内容が残っています。見比べて、もう一度保存してください。" }
            (paper::body(&minutes, holidays))
        }
    })
}

fn point_fields(shown: &Shown<'_>, n: usize) -> Markup {
    let (heading, text) = (field(POINT, n, "heading"), field(POINT, n, "text"));
    let label = format!("議題 {}", n + 1);
    let known = shown.value(&heading);
    let title = shown.field(&heading, "見出し").text();
    html! {
        @if known.is_empty() { (shown.field(&heading, &label).hint("書き足すときの見出し").text()) }
        (shown.field(&text, if known.is_empty() { "内容" } else { known }).textarea(2))
        @if !known.is_empty() {
            details.more open[shown.error(&heading).is_some()] { summary { "見出しを直す" } (title) }
        }
    }
}

/// On whose side somebody may stand, or to whom a decision may go.
fn sides(file: &File) -> Vec<(String, String)> {
    let conference = &file.held.conference;
    let hospital = (Side::Hospital.code(), format!("{}（当院）", conference.hospital_name));
    let parties = file.held.parties.iter().map(|party| {
        let label = format!("{}（{}）", party.org_name, party.role.label());
        (Side::Party(party.invitation_id).code(), label)
    });
    let rest = [(Side::Family.code(), "本人・家族".to_owned()), (Side::Elsewhere.code(), "そのほか".to_owned())];
    [hospital].into_iter().chain(parties).chain(rest).collect()
}

fn decision_fields(shown: &Shown<'_>, file: &File, n: usize) -> Markup {
    let [id, what, side, person, due_on] =
        ["id", "what", "side", "person", "due_on"].map(|name| field(DECISION, n, name));
    let sides = sides(file);
    let sides: Vec<_> = sides.iter().map(|(code, label)| (code.as_str(), label.as_str())).collect();
    let label = format!("決定 {}", n + 1);
    html! {
        fieldset.field {
            (hidden_field(&id, shown.value(&id)))
            (shown.field(&what, &label).textarea(2))
            (pair(&html! {
                (shown.field(&side, "担当").select(&sides))
                (shown.field(&person, "担当の方").text())
                (shown.field(&due_on, "期限").date())
            }))
        }
    }
}

fn who_fields(shown: &Shown<'_>, file: &File, n: usize) -> Markup {
    let name = |name| field(WHO, n, name);
    let (side, person, licence, org) = (name("side"), name("name"), name("licence"), name("org"));
    let (mode, attendance, from, to) = (name("mode"), name("attendance"), name("from"), name("to"));
    let on_instruction = name("on_instruction");
    let known = sides(file);
    let sides: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(known.iter().map(|(code, label)| (code.as_str(), label.as_str())))
        .collect();
    let licences: Vec<_> = std::iter::once(("", "選択してください"))
        .chain(Licence::ALL.iter().map(|licence| (licence.code(), licence.label())))
        .collect();
    let modes: Vec<_> = Mode::ALL.iter().map(|mode| (mode.code(), mode.label())).collect();
    let rare = [&org, &from, &to, &on_instruction];
    let differs = !shown.value(&mode).is_empty() && shown.value(&mode) != file.held.conference.mode.code();
    let is_open = differs || rare.iter().any(|name| !shown.value(name).is_empty() || shown.error(name).is_some());
    let attendances: Vec<_> = Attendance::ALL.iter().map(|what| (what.code(), what.label())).collect();
    html! {
        fieldset.field {
            legend.field__label { (n + 1) "人目" }
            (pair(&html! {
                (shown.field(&side, "立場").select(&sides))
                (shown.field(&person, "氏名").text())
                (shown.field(&licence, "職種").select(&licences))
                (shown.field(&attendance, "参加").select(&attendances))
            }))
            details.more open[is_open] {
                summary { "方法・時間・続柄など" }
                (pair(&html! {
                    (shown.field(&mode, "方法").select(&modes))
                    (shown.field(&org, "続柄・機関名").hint("家族と、そのほかの方").text())
                    (shown.field(&from, "いつから").hint("最初からなら空欄").time())
                    (shown.field(&to, "いつまで").hint("最後までなら空欄").time())
                }))
                (shown.field(&on_instruction, "在宅側").checks(&[Choice::new("yes", "医師の指示で参加")], &[shown.value(&on_instruction)]))
            }
        }
    }
}

fn evidence_fields(shown: &Shown<'_>) -> Markup {
    let ticks = [
        ("screen_share_consent", "画面に個人情報を出すことに本人が同意した"),
        ("contact_sheet", "24時間連絡できる医師・看護師などを書いた文書を渡した"),
        ("co_located", "併設の施設、または同じ法人の施設へ退院する"),
        ("plan_shared", "退院支援計画を文書で説明し、退院先の施設と共有した"),
        ("equipment_planned", "福祉用具貸与が見込まれる"),
    ];
    html! {
        (pair(&html! {
            (shown.field("consent_on", "本人の同意日").date())
            (shown.field("document", "渡した文書の名前").hint("例：退院時共同指導説明書").text())
            (shown.field("handed_on", "渡した日").date())
            (shown.field("handed_to", "渡した相手").hint("例：本人、長女").text())
            (shown.field("handed_by", "渡した人").text())
        }))
        @for (name, label) in ticks {
            (shown.field(name, "").checks(&[Choice::new("yes", label)], &[shown.value(name)]))
        }
    }
}

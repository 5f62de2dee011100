//! What is done to a case: one small form each, reached from the case's page and back to it.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::team_form;
use crate::actions::cases as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar;
use crate::domain::case::{
    CareLevel, CaseStatus, ContactOutcome, DoctorChangeReason, DoctorWaiver, PartyRole, Place, Standing,
};
use crate::domain::conference::{LINE_MAX, TEXT_MAX};
use crate::domain::fault::Fault;
use crate::domain::org::Channel;
use crate::domain::wareki;
use crate::error::{Error, or_before};
use crate::id::{CaseId, ContactId, DoctorChangeId, LinkId};
use crate::store::cases::{self, Case, Link};
use crate::store::contacts::{NewContact, NewDoctorChange};
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, SEARCH, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, pair, post};
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{head, narrow};
use crate::web::ui::{Tone, link};
use crate::web::{Answer, ok, refused};

/// A form about a case, with what it is about.
struct Sheet<'s> {
    app: &'s App,
    session: &'s Session,
    case: Case,
    team: Vec<Link>,
}

impl<'s> Sheet<'s> {
    async fn open(app: &'s App, session: &'s Session, id: CaseId, page: &'static str) -> Result<Self, Error> {
        session.actor.scope(Permission::ManageCases)?;
        let case = act::view(app, &session.actor, id, page).await?;
        let team = cases::team(&mut app.look().await?, id).await?;
        Ok(Self { app, session, case, team })
    }

    fn doctor(&self) -> Option<&Link> {
        self.team.iter().find(|link| link.role == PartyRole::PriorDoctor)
    }

    fn page(&self, title: &str, rest: &str, lead: &Markup, shown: &Shown<'_>, fields: &Markup, word: &str) -> Markup {
        let action = format!("/cases/{}{rest}", self.case.id);
        let back = html! { (link::button_link(Look::Quiet, &format!("/cases/{}", self.case.id), "案件に戻る")) };
        let eyebrow = format!("退院調整ケース {} ・ {}さん", self.case.code, self.case.patient_name);
        let body = html! {
            (head(&eyebrow, title, lead, &back))
            (post(&action, &self.session.form_token, &html! {
                (shown.once())
                (shown.summary())
                (fields)
                (actions(&button(Look::Primary, word)))
            }))
        };
        layout::page(self.app, self.session, Menu::Cases, title, "", &narrow(&body))
    }
}

/// Back to the case after a change, or to the form with what was wrong.
fn finish(id: CaseId, form: &mut Form, result: Result<(), Error>, done: &str) -> Result<Option<String>, Failure> {
    match result {
        Ok(()) | Err(Error::Repeated(_)) => Ok(Some(format!("/cases/{id}?done={done}"))),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(None)
        }
        Err(error) => Err(Failure(error)),
    }
}

/// What is wrong with the form itself comes before the action is asked.
fn faults(form: &mut Form) -> Error {
    Error::Refused(std::mem::take(&mut form.faults))
}

fn options<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Choice<'a>> {
    all.map(|(code, label)| Choice::new(code, label)).collect()
}

// ---- 連絡の記録 ----

/// The form to log a contact.
pub async fn log_contact_form(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id, "contact").await?;
    let now = app.clock.now();
    let mut form = Form::of([
        ("contact_on", calendar::day_of(now).to_string()),
        ("contact_time", wareki::clock(now)),
        ("channel", "phone".into()),
    ]);
    if let Some(doctor) = sheet.doctor() {
        form.set("link", doctor.id.to_string());
    }
    ok(contact_page(&sheet, &form))
}

fn contact_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let ids: Vec<_> = sheet.team.iter().map(|link| link.id.to_string()).collect();
    let names: Vec<_> = sheet.team.iter().map(|link| link.org_name.clone().unwrap_or_default()).collect();
    let parties: Vec<_> = sheet
        .team
        .iter()
        .zip(&ids)
        .zip(&names)
        .filter(|((link, _), _)| link.standing == Standing::Known)
        .map(|((link, id), name)| Choice::new(id, link.role.label()).note(name))
        .collect();
    let channels = options(
        [Channel::Phone, Channel::FaxPrint, Channel::Visit, Channel::Mail].iter().map(|c| (c.code(), c.label())),
    );
    let outcomes = options(ContactOutcome::ALL.iter().map(|outcome| (outcome.code(), outcome.label())));
    let fields = html! {
        (shown.field("link", "相手").required().radios(&parties))
        (shown.field("channel", "方法").required().radio_row(&channels))
        (shown.field("outcome", "結果").required().radio_row(&outcomes))
        (pair(&html! {
            (shown.field("contact_on", "日付").required().date())
            (shown.field("contact_time", "時刻").required().time())
        }))
        (shown.field("spoke_with", "話した相手の氏名").text())
        (shown.field("note", "内容").textarea(3))
    };
    let lead = html! { "話せた連絡は「知らせた」記録になります。つながらなかった電話も残してください。" };
    sheet.page("連絡を記録", "/contacts", &lead, &shown, &fields, "記録する")
}

/// Logs a contact.
pub async fn log_contact(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let link = form.code::<LinkId>("link");
    let channel = form.code::<Channel>("channel");
    let outcome = form.code::<ContactOutcome>("outcome");
    let at = form.moment("contact_on", "contact_time");
    let spoke_with = form.line("spoke_with", LINE_MAX);
    let note = form.paragraph("note", TEXT_MAX);
    let result = match (link, channel, outcome, at, form.faults.0.is_empty()) {
        (Some(link), Some(channel), Some(outcome), Some(at), true) => {
            let new = NewContact { link, channel, outcome, at, spoke_with, note };
            or_before::<ContactId>(act::log_contact(&app, &session.actor, id, &new).await).map(drop)
        }
        _ => Err(faults(&mut form)),
    };
    match finish(id, &mut form, result, "saved")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(contact_page(&Sheet::open(&app, &session, id, "contact").await?, &form))),
    }
}

// ---- 入院前のチーム ----

/// The form to change one member of the prior team.
pub async fn member(State(app): State<App>, session: Session, Id((id, role)): Id<(CaseId, PartyRole)>) -> Answer {
    if !PartyRole::PRIOR_TEAM.contains(&role) {
        return Err(Failure(Error::NotFound));
    }
    let sheet = Sheet::open(&app, &session, id, "team").await?;
    let mut form = Form::default();
    if let Some(link) = sheet.team.iter().find(|link| link.role == role) {
        let code = role.code();
        form.set(&format!("{code}_standing"), link.standing.code());
        form.set(code, link.org_id.map(|org| org.to_string()).unwrap_or_default());
        form.set(&format!("{code}_person"), link.person_name.clone());
        form.set(&format!("{code}_source"), link.source.clone());
        form.set(&format!("{code}_confirmed_by"), link.confirmed_by.clone());
    }
    let found = team_form::look_up(&app, &session, &mut form, role).await?;
    ok(member_page(&sheet, &form, role, &found))
}

fn member_page(sheet: &Sheet<'_>, form: &Form, role: PartyRole, found: &[crate::store::orgs::Org]) -> Markup {
    let shown = Shown::new(form);
    let named = sheet.team.iter().any(|link| link.role == role && link.standing == Standing::Known);
    let lead = html! {
        "登録の誤りを正すとき、分からなかった相手が分かったときに使います。"
        @if role == PartyRole::PriorDoctor { "退院後に別の医師が診る場合は「主治医の変更を記録」を使ってください。" }
    };
    let fields = html! {
        (team_form::fields(&shown, role, found))
        @if named { (shown.field("reason", "変更の理由").hint("前の登録とともに記録に残ります").required().text()) }
    };
    let title = format!("{}の変更", role.label());
    sheet.page(&title, &format!("/team/{}", role.code()), &lead, &shown, &fields, "変更する")
}

/// Changes one member of the prior team.
pub async fn save_member(
    State(app): State<App>,
    Id((id, role)): Id<(CaseId, PartyRole)>,
    Posted { session, mut form }: Posted,
) -> Answer {
    if !PartyRole::PRIOR_TEAM.contains(&role) {
        return Err(Failure(Error::NotFound));
    }
    let found = team_form::look_up(&app, &session, &mut form, role).await?;
    if !form.text(SEARCH).is_empty() {
        let sheet = Sheet::open(&app, &session, id, "team").await?;
        return ok(member_page(&sheet, &form, role, &found));
    }
    let member = team_form::read(&mut form, role, &found);
    let reason = form.line("reason", LINE_MAX);
    if member.is_none() {
        form.faults.add(format!("{}_standing", role.code()), Fault::TeamSilent);
    }
    let result = match (member, form.faults.0.is_empty()) {
        (Some(member), true) => act::set_member(&app, &session.actor, id, &member, &reason).await,
        _ => Err(faults(&mut form)),
    };
    if let Some(to) = finish(id, &mut form, result, "saved")? {
        return Ok(Redirect::to(&to).into_response());
    }
    let sheet = Sheet::open(&app, &session, id, "team").await?;
    Ok(refused(member_page(&sheet, &form, role, &found)))
}

// ---- 退院までの期日 ----

/// The form to change the course of a case.
pub async fn course(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id, "course").await?;
    let case = &sheet.case;
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let form = Form::of([
        ("expected_discharge_on", day(case.expected_discharge_on)),
        ("ready_on", day(case.ready_on)),
        ("destination", case.destination.map_or("", Place::code).into()),
        ("care_level", case.care_level.code().into()),
        ("status", case.status.code().into()),
        ("note", case.note.clone()),
    ]);
    ok(course_page(&sheet, &form))
}

fn course_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let told: Vec<_> = sheet.team.iter().filter_map(|link| link.org_name.as_deref()).collect();
    let lead = html! {
        "退院予定日を変えると、入院前のチーム（" (told.join("、")) "）に知らせます。"
    };
    let statuses: Vec<_> = CaseStatus::ALL
        .iter()
        .filter(|status| status.is_open())
        .map(|status| (status.code(), status.label()))
        .collect();
    let places: Vec<_> =
        std::iter::once(("", "未定")).chain(Place::ALL.iter().map(|place| (place.code(), place.label()))).collect();
    let levels: Vec<_> = CareLevel::ALL.iter().map(|level| (level.code(), level.label())).collect();
    let fields = html! {
        (pair(&html! {
            (shown.field("expected_discharge_on", "退院予定日").date())
            (shown.field("ready_on", "退院可能日").date())
        }))
        (shown.field("status", "状態").required().select(&statuses))
        (pair(&html! {
            (shown.field("destination", "退院先").select(&places))
            (shown.field("care_level", "要介護度").required().select(&levels))
        }))
        (shown.field("note", "メモ").textarea(3))
    };
    sheet.page("期日と状態の変更", "/course", &lead, &shown, &fields, "保存する")
}

/// Changes the course of a case.
pub async fn save_course(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let expected_discharge_on = form.optional_day("expected_discharge_on");
    let ready_on = form.optional_day("ready_on");
    let destination = form.optional_code::<Place>("destination");
    let care_level = form.code::<CareLevel>("care_level");
    let status = form.code::<CaseStatus>("status");
    let note = form.paragraph("note", TEXT_MAX);
    let result = match (care_level, status, form.faults.0.is_empty()) {
        (Some(care_level), Some(status), true) => {
            let course = act::Course { expected_discharge_on, ready_on, destination, care_level, status, note };
            act::set_course(&app, &session.actor, id, course).await
        }
        _ => Err(faults(&mut form)),
    };
    match finish(id, &mut form, result, "saved")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(course_page(&Sheet::open(&app, &session, id, "course").await?, &form))),
    }
}

// ---- 主治医変更 ----

/// The form to record that another doctor takes over.
pub async fn doctor(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id, "doctor").await?;
    ok(doctor_page(&sheet, &Form::default(), &[]))
}

const NEXT: PartyRole = PartyRole::HomeVisitDoctor;

fn doctor_page(sheet: &Sheet<'_>, form: &Form, found: &[crate::store::orgs::Org]) -> Markup {
    let shown = Shown::new(form);
    let reasons = options(DoctorChangeReason::ALL.iter().map(|reason| (reason.code(), reason.label())));
    let before = sheet.doctor().and_then(|link| link.org_name.as_deref()).unwrap_or("（登録なし）");
    let lead = html! { "元のかかりつけ医：" (before) "。チームには残り、経過は引き続き知らされます。" };
    let fields = html! {
        (team_form::organisation(&shown, NEXT, "引き継ぐ医師の機関", found))
        (shown.field("reason", "理由").required().radio_row(&reasons))
        (shown.field("reason_note", "理由の補足").text())
        (shown.field("decided_by", "決めた人").hint("例：本人と長女").required().text())
        (pair(&html! {
            (shown.field("prior_told_on", "元のかかりつけ医に伝えた日").required().date())
            (shown.field("prior_told_time", "時刻").required().time())
        }))
        (shown.field("prior_told_how", "伝えた方法と相手").hint("例：電話、院長に").required().text())
    };
    sheet.page("主治医の変更を記録", "/doctor", &lead, &shown, &fields, "記録する")
}

/// Records that another doctor takes over.
pub async fn change_doctor(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let found = team_form::look_up(&app, &session, &mut form, NEXT).await?;
    if !form.text(SEARCH).is_empty() {
        return ok(doctor_page(&Sheet::open(&app, &session, id, "doctor").await?, &form, &found));
    }
    form.set(&format!("{}_standing", NEXT.code()), "known");
    let member = team_form::read(&mut form, NEXT, &found);
    let to = member.as_ref().and_then(|member| member.org);
    if to.is_none() && form.faults.of(NEXT.code()).is_none() {
        form.faults.add(NEXT.code(), Fault::WrongOrg);
    }
    let reason = form.code::<DoctorChangeReason>("reason");
    let reason_note = form.paragraph("reason_note", TEXT_MAX);
    let decided_by = form.required("decided_by", LINE_MAX);
    let told_at = form.moment("prior_told_on", "prior_told_time");
    let prior_told_how = form.required("prior_told_how", LINE_MAX);
    let to_person = member.map(|member| member.person).unwrap_or_default();
    let result = match (to, reason, told_at, form.faults.0.is_empty()) {
        (Some(to_org), Some(reason), Some(prior_told_at), true) => {
            let new =
                NewDoctorChange { to_org, to_person, reason, reason_note, decided_by, prior_told_at, prior_told_how };
            or_before::<DoctorChangeId>(act::change_doctor(&app, &session.actor, id, &new).await).map(drop)
        }
        _ => Err(faults(&mut form)),
    };
    match finish(id, &mut form, result, "saved")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(doctor_page(&Sheet::open(&app, &session, id, "doctor").await?, &form, &found))),
    }
}

// ---- 退院済・中止 ----

/// The form to set a case to 退院済.
pub async fn discharge_form(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id, "discharge").await?;
    let today = calendar::day_of(app.clock.now());
    let destination = sheet.case.destination.unwrap_or(Place::Home).code();
    let form = Form::of([("discharged_on", today.to_string()), ("destination", destination.into())]);
    ok(discharge_page(&sheet, &form))
}

fn discharge_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let places = options(Place::ALL.iter().map(|place| (place.code(), place.label())));
    let waivers = options(DoctorWaiver::ALL.iter().map(|waiver| (waiver.code(), waiver.label())));
    let told = sheet.doctor().is_some_and(|link| link.told().is_told());
    let name = sheet.doctor().and_then(|link| link.org_name.as_deref()).unwrap_or("登録なし");
    let notice = if told {
        Notice { tone: Tone::Good, title: "元のかかりつけ医には知らせてあります", text: name }
    } else {
        let text =
            "電話などで伝えて「連絡を記録」してから、退院済にしてください。伝えられない場合だけ、下の理由を選びます。";
        Notice { tone: Tone::Warn, title: "元のかかりつけ医にまだ知らせていません", text }
    };
    let fields = html! {
        (notice)
        (shown.field("discharged_on", "退院日").required().date())
        (shown.field("destination", "退院先").required().radio_row(&places))
        @if !told {
            (shown.field("waiver", "知らせられない理由").radios(&waivers))
            (shown.field("waiver_note", "理由の補足").text())
        }
    };
    let lead = html! { "退院済にすると、入院前のチームに「退院のお知らせ」を送ります。" };
    sheet.page("退院済にする", "/discharge", &lead, &shown, &fields, "退院済にする")
}

/// Sets a case to 退院済.
pub async fn discharge(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let on = form.day("discharged_on");
    let destination = form.code::<Place>("destination");
    let waiver = form.optional_code::<DoctorWaiver>("waiver");
    let waiver_note = form.line("waiver_note", LINE_MAX);
    let result = match (on, destination, form.faults.0.is_empty()) {
        (Some(on), Some(destination), true) => {
            let discharge = act::Discharge { on, destination, waiver, waiver_note };
            act::discharge(&app, &session.actor, id, discharge).await
        }
        _ => Err(faults(&mut form)),
    };
    match finish(id, &mut form, result, "discharged")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(discharge_page(&Sheet::open(&app, &session, id, "discharge").await?, &form))),
    }
}

/// The form to give a case up.
pub async fn cancel_form(State(app): State<App>, session: Session, Id(id): Id<CaseId>) -> Answer {
    ok(cancel_page(&Sheet::open(&app, &session, id, "cancel").await?, &Form::default()))
}

fn cancel_page(sheet: &Sheet<'_>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let fields = shown.field("cancel_reason", "中止の理由").hint("例：転院、死亡退院、誤って開いた").required().text();
    let lead = html! { "案件は消えず、終了した案件として残ります。" };
    sheet.page("案件を中止", "/cancel", &lead, &shown, &fields, "中止する")
}

/// Gives a case up.
pub async fn cancel(State(app): State<App>, Id(id): Id<CaseId>, Posted { session, mut form }: Posted) -> Answer {
    let reason = form.required("cancel_reason", LINE_MAX);
    let result = if form.faults.0.is_empty() {
        act::cancel(&app, &session.actor, id, &reason).await
    } else {
        Err(faults(&mut form))
    };
    match finish(id, &mut form, result, "saved")? {
        Some(to) => Ok(Redirect::to(&to).into_response()),
        None => Ok(refused(cancel_page(&Sheet::open(&app, &session, id, "cancel").await?, &form))),
    }
}

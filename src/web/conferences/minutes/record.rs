//! The record of a conference on paper: who, when, where, what was said and decided, and what the fee rules ask for.

use axum::extract::State;
use maud::{Markup, html};

use super::paper;
use crate::actions::conferences::{self as act, File};
use crate::app::App;
use crate::domain::calendar::Holidays;
use crate::domain::minutes::Evidence;
use crate::domain::wareki;
use crate::error::Result;
use crate::id::ConferenceId;
use crate::store::region;
use crate::web::conferences::when;
use crate::web::layout::{self, Menu};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{empty, facts, head, panel};
use crate::web::{Answer, ok};

/// The record, made to be printed.
pub async fn record(State(app): State<App>, session: Session, Id(id): Id<ConferenceId>) -> Answer {
    let file = act::minutes(&app, &session.actor, id, "record").await?;
    let holidays = region::holidays(&mut app.look().await?).await?;
    let title = format!("カンファレンスの記録 {}", file.case.code);
    ok(layout::page(&app, &session, Menu::Cases, &title, "", &body(&file, &holidays)?))
}

fn body(file: &File, holidays: &Holidays) -> Result<Markup> {
    let conference = &file.held.conference;
    let back = format!("/conferences/{}/minutes", conference.id);
    let lead = html! { span { "案件番号 " (file.case.code) } };
    let about = terms(about(file, "", holidays));
    let head = head(
        "退院前カンファレンスの記録",
        &when(conference, holidays),
        &lead,
        &html! {
            @if file.finished().is_some() { (button_link(Look::Primary, &format!("/conferences/{}/record.pdf", conference.id), "PDFで保存")) }
            (button_link(Look::Quiet, &back, "議事録に戻る"))
        },
    );
    let Some(version) = file.finished() else {
        return Ok(html! { (head) (panel("about", "会議", &about)) (empty("確定した議事録はまだありません。")) });
    };
    let minutes = version.minutes()?;
    Ok(html! {
        (head)
        (panel("about", "会議", &about))
        (panel("attendance", "参加者", &paper::attendance(&minutes)))
        (paper::opinions(&minutes.opinions))
        (panel("points", "議題と内容", &paper::points(&minutes)))
        (panel("decisions", "決定事項", &paper::decided(&minutes, &file.decisions, &|_| false, None, holidays)))
        (panel("facts", "同意と文書", &terms(consent(&minutes.evidence, holidays))))
        (paper::evidence(&minutes, file.case.destination))
        (panel("shared", "共有", &shared(file, holidays)))
        p { (super::edition(version, holidays)) }
    })
}

fn terms(all: Vec<(&'static str, String)>) -> Markup {
    facts(&all.into_iter().map(|(term, words)| (term, html! { (words) })).collect::<Vec<_>>())
}

/// Whose conference it was, when and where: what each is, and what it says. `number` is the hospital's, or nothing.
pub(super) fn about(file: &File, number: &str, holidays: &Holidays) -> Vec<(&'static str, String)> {
    let (case, conference) = (&file.case, &file.held.conference);
    let due = case.expected_discharge_on.map_or_else(|| "未定".into(), |day| wareki::full(day, holidays));
    let to = case.destination.map_or("未定", |place| place.label());
    let born = wareki::plain(case.patient_born_on);
    vec![
        ("患者", format!("{}さん（{born}生　院内ID {}）", case.patient_name, case.inpatient_id)),
        ("日時", when(conference, holidays)),
        ("場所・方法", join(&[conference.mode.label(), &conference.place, &conference.video_url])),
        ("主催", join(&[&conference.hospital_name, number, &conference.organiser_name])),
        ("入院日時", wareki::full_at(case.admitted_at, holidays)),
        ("退院予定日・退院先", join(&[&due, to])),
    ]
}

/// What there is of these, with space between.
pub(super) fn join(parts: &[&str]) -> String {
    parts.iter().copied().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　")
}

/// Consent and documents: what each is, and what it says.
pub(super) fn consent(evidence: &Evidence, holidays: &Holidays) -> Vec<(&'static str, String)> {
    let day = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "－".into(), |day| wareki::full(day, holidays));
    let yes = |is_so: bool| if is_so { "あり".to_owned() } else { "－".to_owned() };
    let text = |text: &str| if text.is_empty() { "－".to_owned() } else { text.to_owned() };
    vec![
        ("本人の同意日", day(evidence.consent_on)),
        ("画面に個人情報を出す同意", yes(evidence.screen_share_consent)),
        ("渡した文書", text(&evidence.document)),
        ("渡した文書のSHA-256", text(&evidence.document_sha256)),
        ("渡した日・相手", join(&[&day(evidence.handed_on), &evidence.handed_to])),
        ("渡した人", text(&evidence.handed_by)),
        ("24時間の連絡先の文書", yes(evidence.contact_sheet)),
        ("併設の施設へ退院", yes(evidence.co_located)),
        ("退院支援計画を施設と共有", yes(evidence.plan_shared)),
        ("福祉用具貸与の見込み", yes(evidence.equipment_planned)),
    ]
}

/// With whom it was shared, and when they said that they have it.
fn shared(file: &File, holidays: &Holidays) -> Markup {
    html! {
        ul { @for party in &file.held.parties {
            @if let Some(copy) = file.copies.iter().find(|copy| copy.invitation_id == party.invitation_id) {
                li {
                    (party.org_name) "（" (party.role.label()) "）　"
                    @if let Some(at) = copy.read_at { (wareki::table_at(at, holidays)) " 確認" } @else { "未確認" }
                }
            }
        } }
    }
}

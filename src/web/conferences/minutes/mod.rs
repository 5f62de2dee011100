//! 議事録: the hospital writes them and sees who has read them; the invited read them and say so.

mod form;
mod paper;
mod pdf;
mod record;

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::{answer_chip, when};
use crate::actions::conferences::{self as act, File, SharedFile};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::Holidays;
use crate::domain::conference::ConferenceState;
use crate::domain::minutes::{Attendance, Minutes};
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::{ConferenceId, DecisionId, InvitationId};
use crate::store::invitations::Party;
use crate::store::minutes::{Copy, Version};
use crate::store::region;
use crate::web::form::Posted;
use crate::web::layout::{self, Menu};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::{Look, post_button};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::{button_link, tel_inline};
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{empty, head, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

pub use form::{edit, save};
pub use pdf::pdf;
pub use record::record;

/// The minutes: as the hospital sees them, or as an invited party does.
pub async fn show(
    State(app): State<App>,
    session: Session,
    Id(id): Id<ConferenceId>,
    Query(asked): Query<Done>,
) -> Answer {
    let holidays = region::holidays(&mut app.look().await?).await?;
    match act::minutes(&app, &session.actor, id, "minutes").await {
        Ok(file) => ok(layout::page(
            &app,
            &session,
            Menu::Cases,
            &format!("議事録 {}", file.case.code),
            &asked.done,
            &own(&file, &session, &holidays)?,
        )),
        Err(Error::NotFound) => {
            let file = act::shared_minutes(&app, &session.actor, id).await?;
            let title = format!("議事録 {}", file.case.code);
            let body = shared(&file, &session, &holidays)?;
            ok(layout::page(&app, &session, Menu::Conferences, &title, &asked.done, &body))
        }
        Err(error) => Err(error.into()),
    }
}

/// The hospital's page.
fn own(file: &File, session: &Session, holidays: &Holidays) -> Result<Markup> {
    let conference = &file.held.conference;
    let base = format!("/conferences/{}", conference.id);
    let may_manage = session.actor.may(Permission::ManageCases);
    let lead = html! {
        a href=(format!("/cases/{}", file.case.id)) { (file.case.patient_name) "さん" }
        span { "案件番号 " (file.case.code) }
        @if let Some(version) = file.finished() { span { (edition(version, holidays)) } }
    };
    let word = match (file.draft(), file.finished()) {
        (Some(_), _) => "下書きを続ける",
        (None, Some(_)) => "新しい版を作る",
        (None, None) => "議事録を書く",
    };
    let look = if file.finished().is_some() { Look::Secondary } else { Look::Primary };
    let actions = html! {
        @if may_manage && conference.state == ConferenceState::Called { (button_link(look, &format!("{base}/minutes/edit"), word)) }
        (button_link(Look::Secondary, &format!("{base}/record"), "印刷用の記録"))
    };
    let csrf = may_manage.then_some(session.form_token.as_str());
    Ok(html! {
        (head("議事録", &when(conference, holidays), &lead, &actions))
        @if let Some(draft) = file.draft() {
            (Notice { tone: Tone::Info, title: "書きかけの下書きがあります。", text: &format!("{}が {} に保存。確定するまで、ほかの機関には見えません。", draft.changed_by, wareki::table_at(draft.changed_at, holidays)) })
        }
        @if let Some(version) = file.finished() {
            @let minutes = version.minutes()?;
            (readers(file, &minutes, csrf, holidays))
            (paper::document(&minutes, &file.decisions, &|_| true, csrf, holidays))
            (paper::evidence(&minutes, file.case.destination))
            (older(&file.versions, holidays)?)
        } @else {
            (empty("まだ共有していません。確定すると、欠席した方も含めて招待した全員に知らせます。"))
            (paper::opinions(&act::blank(&file.held).opinions))
        }
        (button_link(Look::Quiet, &base, "カンファレンスに戻る"))
    })
}

/// 第2版　12/4(金) 10:05 確定.
fn edition(version: &Version, holidays: &Holidays) -> String {
    let at = version.finished_at.unwrap_or(version.changed_at);
    format!("第{}版　{} {}が確定", version.version, wareki::table_at(at, holidays), version.changed_by)
}

/// Who has read it, those who weren't there first.
fn readers(file: &File, minutes: &Minutes, csrf: Option<&str>, holidays: &Holidays) -> Markup {
    let of = |party: &Party| file.copies.iter().find(|copy| copy.invitation_id == party.invitation_id);
    let was_there = |party: &Party| minutes.attendance_of(party.invitation_id).is_some_and(Attendance::was_there);
    let mut parties: Vec<_> = file.held.parties.iter().filter_map(|party| Some((party, of(party)?))).collect();
    parties.sort_by_key(|(party, _)| was_there(party));
    let unread = parties.iter().filter(|(_, copy)| copy.read_at.is_none()).count();
    let rows: Vec<_> = parties.iter().map(|(party, copy)| reader(party, copy, minutes, csrf, holidays)).collect();
    let caption = format!("{}機関中 {}機関が確認", parties.len(), parties.len() - unread);
    let columns = ["共有した機関", "当日", "確認", "電話"];
    panel(
        "readers",
        "共有と確認",
        &Table { caption: &caption, columns: &columns, empty: "共有した機関はありません。", dense: false }.show(&rows),
    )
}

fn reader(party: &Party, copy: &Copy, minutes: &Minutes, csrf: Option<&str>, holidays: &Holidays) -> Vec<Markup> {
    let path = format!("/conferences/{}/parties/{}/received", party.conference_id, party.invitation_id);
    let attendance = minutes.attendance_of(party.invitation_id);
    vec![
        html! { (party.org_name) small { (party.role.label()) @if !party.person_name.is_empty() { "　" (party.person_name) } } },
        html! { @if let Some(attendance) = attendance { (attendance.label()) } @else { (answer_chip(party.given.answer)) } },
        html! { div {
            @if let Some(at) = copy.read_at {
                (chip(Tone::Good, Icon::Check, "確認済"))
                small { (wareki::table_at(at, holidays)) " " (way(copy)) }
            } @else {
                (chip(Tone::Warn, Icon::Bang, "未確認"))
                @if let Some(csrf) = csrf { (post_button(Look::Secondary, &path, csrf, "渡したことを記録")) }
            }
        } },
        html! { @if let Some(phone) = &party.org_phone { (tel_inline(phone)) } },
    ]
}

/// Who said so, and how.
fn way(copy: &Copy) -> String {
    let by = copy.read_by.as_deref().unwrap_or_default();
    match copy.read_via.as_deref() {
        Some("link") => "リンクから受け取り".into(),
        Some("hand") => format!("{by}が手渡し・電話等で確認"),
        _ => by.into(),
    }
}

/// Earlier versions stay as they were.
fn older(versions: &[Version], holidays: &Holidays) -> Result<Markup> {
    let mut parts = Vec::new();
    for version in versions.iter().filter(|version| version.finished_at.is_some()).skip(1) {
        let minutes = version.minutes()?;
        parts.push(html! {
            details.panel { summary { (edition(version, holidays)) } (paper::body(&minutes, holidays)) }
        });
    }
    Ok(html! { @for part in parts { (part) } })
}

/// An invited party's page.
fn shared(file: &SharedFile, session: &Session, holidays: &Holidays) -> Result<Markup> {
    let conference = &file.invite.conference;
    let minutes = file.version.minutes()?;
    let lead = html! {
        span { (file.case.patient_name) "さん" } span { "案件番号 " (file.case.code) } span { (conference.hospital_name) }
        span { (edition(&file.version, holidays)) }
    };
    let path = format!("/conferences/{}/minutes/read", conference.id);
    let own = file.invite.party.invitation_id;
    Ok(html! {
        (head("議事録", &when(conference, holidays), &lead, &html! {
            @if file.copy.read_at.is_none() { (post_button(Look::Primary, &path, &session.form_token, "読みました")) }
        }))
        @if let Some(at) = file.copy.read_at {
            p { (chip(Tone::Good, Icon::Check, "確認済")) " " (wareki::table_at(at, holidays)) " " (way(&file.copy)) }
        }
        (paper::document(&minutes, &file.decisions, &|kept| kept.invitation_id == Some(own), Some(&session.form_token), holidays))
        @if let Some(phone) = &conference.hospital_phone { p { "お問い合わせ：" (conference.hospital_name) "　" (tel_inline(phone)) } }
    })
}

/// 「読みました」.
pub async fn read(State(app): State<App>, Id(id): Id<ConferenceId>, posted: Posted) -> Answer {
    act::read_as_party(&app, &posted.session.actor, id).await?;
    Ok(Redirect::to(&format!("/conferences/{id}/minutes?done=minutes_read")).into_response())
}

/// The hospital knows that a party has them.
pub async fn received(
    State(app): State<App>,
    Id((id, invitation)): Id<(ConferenceId, InvitationId)>,
    posted: Posted,
) -> Answer {
    act::read_on_paper(&app, &posted.session.actor, invitation).await?;
    Ok(Redirect::to(&format!("/conferences/{id}/minutes?done=received")).into_response())
}

/// A decision is done.
pub async fn decision_done(State(app): State<App>, Id(id): Id<DecisionId>, posted: Posted) -> Answer {
    let conference = act::decision_done(&app, &posted.session.actor, id).await?;
    Ok(Redirect::to(&format!("/conferences/{conference}/minutes?done=decision_done#decisions")).into_response())
}

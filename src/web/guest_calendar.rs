//! The conference behind an answer link as a calendar file, for whoever reads mail without a calendar.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::Answer;
use super::path::Id;
use crate::app::App;
use crate::domain::conference::{ConferenceState, Mode};
use crate::error::Error;
use crate::ics::{Meeting, Method, Party};
use crate::jobs::mail;
use crate::secret;
use crate::store::invitations::{self, Invite, Key};

/// The file. It asks nobody for anything (PUBLISH), and has the same UID as the invitation in the mail, so that a calendar
/// shows one event.
pub async fn download(State(app): State<App>, Id(token): Id<String>) -> Answer {
    let mut tx = app.look().await?;
    let guest = invitations::guest(&mut tx, &secret::digest(&token)).await?;
    let invite = invitations::open(&mut tx, Key::Guest(guest)).await?;
    drop(tx);
    if !invite.conference.has_date() {
        return Err(Error::NotFound.into());
    }
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"conference.ics\""),
    ];
    Ok((headers, meeting(&app, &invite, &token).write()).into_response())
}

fn meeting(app: &App, invite: &Invite, token: &str) -> Meeting {
    let conference = &invite.conference;
    let location = if conference.mode == Mode::Video { &conference.video_url } else { &conference.place };
    Meeting {
        method: Method::Publish,
        uid: format!("{}@{}", conference.id, mail::host(&app.base_url)),
        sequence: conference.sequence,
        stamp: app.clock.now(),
        starts_at: conference.starts_at,
        ends_at: conference.ends_at,
        cancelled: conference.state == ConferenceState::Cancelled,
        organiser: Party { name: conference.hospital_name.clone(), mail: app.mail.sender() },
        attendee: None,
        accepted: false,
        summary: format!("退院前カンファレンス（案件番号 {}）", conference.code),
        location: location.clone(),
        url: format!("{}/a/{token}", app.base_url),
    }
}

//! The conference behind an answer link as a calendar file, for whoever reads mail without a calendar.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use super::Answer;
use super::calendar::published;
use super::path::Id;
use crate::app::App;
use crate::secret;
use crate::store::invitations::{self, Key};

/// The file.
pub async fn download(State(app): State<App>, Id(token): Id<String>) -> Answer {
    let mut tx = app.look().await?;
    let guest = invitations::guest(&mut tx, &secret::digest(&token)).await?;
    let invite = invitations::open(&mut tx, Key::Guest(guest)).await?;
    drop(tx);
    let headers = [
        (header::CONTENT_TYPE, "text/calendar; charset=utf-8"),
        (header::CONTENT_DISPOSITION, "attachment; filename=\"conference.ics\""),
    ];
    let url = format!("{}/a/{token}", app.base_url);
    Ok((headers, published(&app, &invite.conference, app.clock.now(), url).write()).into_response())
}

//! A form with a file in it. Like [`super::form::Posted`] it wants the session's form token; unlike other forms it isn't kept
//! where the session has ended: the file is still on the person's own disk.

use axum::body::Bytes;
use axum::extract::multipart::{Multipart, MultipartError};
use axum::extract::{DefaultBodyLimit, FromRequest, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use super::failure::{Failure, plain};
use super::form::{CSRF, Form};
use super::session::Session;
use crate::app::App;
use crate::domain::bed::file::FILE_MAX;
use crate::domain::bed::file::FileFault;
use crate::domain::fault::Fault;
use crate::words;

/// What a form around a file may take.
const AROUND: usize = 16 << 10;

/// A posted form with a file, of somebody signed in.
#[derive(Debug)]
pub struct Uploaded {
    /// Who posted it.
    pub session: Session,
    /// The file's name and content; none where no file was chosen.
    pub file: Option<(String, Bytes)>,
}

impl FromRequest<App> for Uploaded {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let Some(session) = Session::begun(&parts, app).await? else {
            return Err(Redirect::to("/sign-in").into_response());
        };
        let session = session.open().map_err(IntoResponse::into_response)?;
        let mut request = Request::from_parts(parts, body);
        DefaultBodyLimit::max(FILE_MAX + AROUND).apply(&mut request);
        // What isn't such a form has no form token either.
        let foreign = || plain(StatusCode::FORBIDDEN, "画面の有効期限が切れています。開き直してください。");
        let multipart = Multipart::from_request(request, app).await.map_err(|_| foreign())?;
        let (form, file) = read(multipart).await.map_err(|error| unreadable(&error))?;
        if form.raw(CSRF) != session.form_token {
            return Err(foreign());
        }
        Ok(Self { session, file })
    }
}

async fn read(mut multipart: Multipart) -> Result<(Form, Option<(String, Bytes)>), MultipartError> {
    let (mut form, mut file) = (Form::default(), None);
    while let Some(field) = multipart.next_field().await? {
        let name = field.name().unwrap_or_default().to_owned();
        match field.file_name().map(str::to_owned) {
            // A browser sends an empty name where nothing was chosen.
            Some(file_name) => {
                let content = field.bytes().await?;
                if !file_name.is_empty() {
                    file = Some((file_name, content));
                }
            }
            None => form.also(&name, field.text().await?),
        }
    }
    Ok((form, file))
}

fn unreadable(error: &MultipartError) -> Response {
    match error.status() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            plain(StatusCode::PAYLOAD_TOO_LARGE, &words::fault(&Fault::BadFile(FileFault::TooLarge)))
        }
        status if status.is_client_error() => {
            plain(StatusCode::BAD_REQUEST, "ファイルを途中までしか受け取れませんでした。もう一度お試しください。")
        }
        _ => Failure(crate::error::Error::internal("an upload can't be read")).into_response(),
    }
}

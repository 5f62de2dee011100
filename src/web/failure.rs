//! What a person sees when something isn't done: one exhaustive match, and never more than they may know.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

use super::layout;
use crate::error::Error;
use crate::words;

/// An error in the dress of a page.
#[derive(Debug)]
pub struct Failure(pub Error);

impl<E: Into<Error>> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        match self.0 {
            Error::SignedOut => Redirect::to("/sign-in").into_response(),
            Error::NotFound => plain(StatusCode::NOT_FOUND, "お探しのページはありません。"),
            Error::Forbidden => plain(StatusCode::FORBIDDEN, "この操作は、あなたの役割では行えません。"),
            Error::Refused(faults) => {
                let words: Vec<_> = faults.0.iter().map(|(_, fault)| words::fault(fault)).collect();
                plain(StatusCode::UNPROCESSABLE_ENTITY, &words.join(" "))
            }
            Error::Repeated(_) => plain(StatusCode::OK, "この操作はすでに済んでいます。"),
            Error::NoFont => plain(StatusCode::SERVICE_UNAVAILABLE, words::NO_FONT),
            Error::Internal(what) => {
                tracing::error!(what, "a request failed");
                plain(
                    StatusCode::INTERNAL_SERVER_ERROR,
                    "こちらの不具合で処理できませんでした。入力は保存されていません。",
                )
            }
        }
    }
}

/// A page that only says what happened, for anybody.
#[must_use]
pub fn plain(status: StatusCode, message: &str) -> Response {
    let body = html! {
        h1 { (message) }
        p { a href="/" { "最初の画面へ" } }
    };
    (status, layout::bare("おかえり", false, &body)).into_response()
}

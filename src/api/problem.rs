//! What a program sees when something isn't done: a problem document (RFC 9457), by one exhaustive match. What failed on
//! our side goes to the log and tells nobody anything.

use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::fault::{Fault, Faults};
use crate::error::Error;
use crate::words;

/// A problem document.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "type": "urn:okaeri:problem:refused", "title": "入力に誤りがあります。", "status": 422, "code": "refused",
    "errors": [{ "pointer": "#/discharged_on", "code": "in_future", "detail": "未来の日時は入力できません。" }],
}))]
pub struct Problem {
    /// What kind of problem it is; names the same as `code`.
    #[serde(rename = "type")]
    kind: String,
    /// In words.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// What kind of problem it is, to be compared.
    code: &'static str,
    /// What else is to say.
    #[serde(skip_serializing_if = "Option::is_none")]
    detail: Option<String>,
    /// Everything that is wrong with the request.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Item>,
}

/// One thing that is wrong, and where.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Item {
    /// Where in the body: a JSON pointer (RFC 6901) as a fragment; `#` is the whole of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pointer: Option<String>,
    /// Which parameter of the query.
    #[serde(skip_serializing_if = "Option::is_none")]
    parameter: Option<String>,
    /// What is wrong, to be compared.
    code: &'static str,
    /// What is wrong, in words.
    detail: String,
}

impl Problem {
    fn new(status: StatusCode, code: &'static str, title: &'static str) -> Self {
        let kind = format!("urn:okaeri:problem:{code}");
        Self { kind, title, status: status.as_u16(), code, detail: None, errors: Vec::new() }
    }

    /// No token, or nobody's.
    pub fn signed_out() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, "signed_out", "有効なトークンが必要です。")
    }

    /// It isn't there, or it isn't theirs.
    pub fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "not_found", "見つかりません。")
    }

    /// The `Idempotency-Key` isn't one.
    pub fn bad_key() -> Self {
        Self::new(StatusCode::BAD_REQUEST, "bad_key", "Idempotency-Keyは1〜64文字のASCIIで送ってください。")
    }

    /// The body isn't said to be JSON.
    pub fn not_json() -> Self {
        Self::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "not_json", "本文はapplication/jsonで送ってください。")
    }

    /// The body is too large.
    pub fn too_large() -> Self {
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, "too_large", "本文が大きすぎます。")
    }

    /// The body isn't JSON, and why.
    pub fn malformed(detail: String) -> Self {
        let problem = Self::new(StatusCode::BAD_REQUEST, "malformed", "本文がJSONとして読み取れません。");
        Self { detail: Some(detail), ..problem }
    }

    /// The body is JSON, but something in it isn't what it has to be.
    pub fn unreadable(pointer: String, detail: String) -> Self {
        let item = Item { pointer: Some(pointer), parameter: None, code: Fault::Unreadable.code(), detail };
        Self::refused(vec![item])
    }

    /// Something that the body has to say is missing there.
    pub fn missing(pointer: String, detail: String) -> Self {
        let item = Item { pointer: Some(pointer), parameter: None, code: Fault::Required.code(), detail };
        Self::refused(vec![item])
    }

    /// Something in the query isn't what it has to be.
    pub fn bad_query(faults: Faults) -> Self {
        Self::refused(faults.0.into_iter().map(|(name, fault)| Item::new(None, Some(name), &fault)).collect())
    }

    fn refused(errors: Vec<Item>) -> Self {
        Self { errors, ..Self::new(StatusCode::UNPROCESSABLE_ENTITY, "refused", "入力に誤りがあります。") }
    }
}

impl Item {
    fn new(pointer: Option<String>, parameter: Option<String>, fault: &Fault) -> Self {
        Self { pointer, parameter, code: fault.code(), detail: words::fault_of_program(fault) }
    }

    /// A fault of a field of the body; fields within fields have `/` between them.
    fn of((field, fault): (String, Fault)) -> Self {
        let pointer = if field.is_empty() { "#".to_owned() } else { format!("#/{field}") };
        Self::new(Some(pointer), None, &fault)
    }
}

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::SignedOut => Self::signed_out(),
            Error::NotFound => Self::not_found(),
            Error::Forbidden => {
                Self::new(StatusCode::FORBIDDEN, "forbidden", "この操作は、あなたの役割では行えません。")
            }
            Error::Refused(faults) => Self::refused(faults.0.into_iter().map(Item::of).collect()),
            Error::Repeated(_) => Self::new(StatusCode::CONFLICT, "done_before", "この操作はすでに済んでいます。"),
            Error::NoFont => Self::new(StatusCode::SERVICE_UNAVAILABLE, "no_font", words::NO_FONT),
            Error::Internal(what) => {
                tracing::error!(what, "a request failed");
                let title = "こちらの不具合で処理できませんでした。何も保存されていません。";
                Self::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", title)
            }
        }
    }
}

impl From<Faults> for Problem {
    fn from(faults: Faults) -> Self {
        Error::from(faults).into()
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, axum::Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if status == StatusCode::UNAUTHORIZED {
            headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"okaeri\""));
        }
        response
    }
}

/// Faults told under the names that the body has for the action's fields.
pub fn renamed(error: Error, names: &[(&str, &str)]) -> Error {
    let Error::Refused(mut faults) = error else { return error };
    for (field, _) in &mut faults.0 {
        if let Some((_, name)) = names.iter().find(|(known, _)| known == field) {
            *field = (*name).to_owned();
        }
    }
    Error::Refused(faults)
}

/// There is no such address.
pub async fn not_there() -> Problem {
    Problem::not_found()
}

/// There is the address, but not to be used so.
pub async fn wrong_method() -> Problem {
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "wrong_method", "このメソッドは使えません。")
}

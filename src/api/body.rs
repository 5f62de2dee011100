//! What a program sends: JSON of a known form, from the holder of a token, perhaps with a key that makes it act once.

use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use serde::de::DeserializeOwned;
use serde_json::Value;
use serde_path_to_error::{Path, Segment};

use super::auth::Caller;
use super::problem::Problem;
use crate::app::App;
use crate::domain::access::{Actor, RequestKey};
use crate::domain::sign::is_unseen;
use crate::secret;

/// The header with the key that makes a request act once.
pub const KEY: &str = "idempotency-key";
/// The longest such key.
pub const KEY_MAX: usize = 64;

/// A body, and who sent it. Its request key is already in the actor.
#[derive(Clone, Debug)]
pub struct Sent<T> {
    /// Who.
    pub actor: Actor,
    /// What.
    pub body: T,
}

impl<T: DeserializeOwned> FromRequest<App> for Sent<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &App) -> Result<Self, Problem> {
        let (mut parts, body) = request.into_parts();
        let Caller(mut actor) = Caller::from_request_parts(&mut parts, app).await?;
        let key = key(&parts)?;
        if !is_json(&parts) {
            return Err(Problem::not_json());
        }
        let request = Request::from_parts(parts.clone(), body);
        let bytes = Bytes::from_request(request, app).await.map_err(|error| match error.status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::too_large(),
            _ => Problem::malformed(String::new()),
        })?;
        actor.request = key.map(|key| RequestKey { fingerprint: fingerprint(&parts, &bytes), key });
        Ok(Self { actor, body: read(&bytes)? })
    }
}

/// The request's key: visible ASCII, as the draft of the header field has it
/// (<https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/>).
fn key(parts: &Parts) -> Result<Option<String>, Problem> {
    let Some(key) = parts.headers.get(KEY) else { return Ok(None) };
    let key = key.to_str().unwrap_or_default();
    if key.is_empty() || key.len() > KEY_MAX { Err(Problem::bad_key()) } else { Ok(Some(key.to_owned())) }
}

fn is_json(parts: &Parts) -> bool {
    let kind = parts.headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

fn fingerprint(parts: &Parts, body: &[u8]) -> String {
    let place = format!("{} {}\n", parts.method, parts.uri.path());
    secret::digest(&[place.as_bytes(), body].concat())
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut value: Value = serde_json::from_slice(bytes).map_err(|error| Problem::malformed(error.to_string()))?;
    if holds_nul(&value) {
        return Err(Problem::unreadable("#".into(), "U+0000 は送れません。".into()));
    }
    clean(&mut value);
    serde_path_to_error::deserialize(value)
        .map_err(|error| unreadable(pointer(error.path()), &error.inner().to_string()))
}

/// What the reader of the JSON says in English, in words. Its type says nothing else, so its words are read; what isn't known among
/// them stands in brackets.
fn unreadable(place: String, said: &str) -> Problem {
    let quoted = |beginning| said.strip_prefix(beginning)?.split('`').nth(1);
    if let Some(field) = quoted("missing field ") {
        return Problem::missing(format!("{place}/{}", step(field)), format!("{field} がありません。"));
    }
    let words = match (quoted("unknown field "), quoted("unknown variant ")) {
        (Some(field), _) => format!("{field} という項目はありません。"),
        (_, Some(value)) => {
            let choices: Vec<_> = said.split('`').skip(3).step_by(2).collect();
            format!("「{value}」は選べません。選べるのは {} です。", choices.join(", "))
        }
        _ => format!("値を読み取れません（{said}）。"),
    };
    Problem::unreadable(place, words)
}

/// A name as a step of a JSON pointer.
fn step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// A sign that PostgreSQL can't keep and nobody means.
fn holds_nul(value: &Value) -> bool {
    match value {
        Value::String(text) => text.contains('\0'),
        Value::Array(items) => items.iter().any(holds_nul),
        Value::Object(fields) => fields.values().any(holds_nul),
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Leaves out the signs that nobody types, as forms do.
fn clean(value: &mut Value) {
    match value {
        Value::String(text) => text.retain(|sign| !is_unseen(sign)),
        Value::Array(items) => items.iter_mut().for_each(clean),
        Value::Object(fields) => fields.values_mut().for_each(clean),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Where in the body, as a JSON pointer.
fn pointer(path: &Path) -> String {
    let steps = path.iter().map(|segment| match segment {
        Segment::Seq { index } => format!("/{index}"),
        Segment::Map { key } => format!("/{}", step(key)),
        Segment::Enum { .. } | Segment::Unknown => String::new(),
    });
    std::iter::once("#".to_owned()).chain(steps).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, serde::Deserialize)]
    struct Sheet {
        #[expect(dead_code, reason = "read by serde")]
        wards: Vec<std::collections::BTreeMap<String, u8>>,
    }

    #[test]
    fn signs_that_nobody_types_are_left_out() {
        for (body, expected) in [
            (r#"["\u202e10分\u2066遅れます\u0007"]"#, "10分遅れます"),
            (r#"["二行\n\t目"]"#, "二行\n\t目"),
            (r#"[{"comment":"a\u2069b"}]"#, "ab"),
        ] {
            let read = read::<Vec<Value>>(body.as_bytes()).unwrap();
            let text = read[0].as_str().or_else(|| read[0]["comment"].as_str());
            assert_eq!(text, Some(expected), "{body}");
        }
    }

    #[derive(Debug, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Slip {
        #[expect(dead_code, reason = "read by serde")]
        beds: u8,
        #[expect(dead_code, reason = "read by serde")]
        state: crate::domain::bed::Acceptance,
    }

    #[test]
    fn what_cannot_be_read_is_told_in_words() {
        for (body, place, code, detail) in [
            (r#"{"state":"ask"}"#, "#/beds", "required", "beds がありません。"),
            (r#"{"beds":1,"state":"ask","a/b":1}"#, "#/a~1b", "unreadable", "a/b という項目はありません。"),
            (
                r#"{"beds":1,"state":"open"}"#,
                "#/state",
                "unreadable",
                "「open」は選べません。選べるのは accepting, ask, not_accepting です。",
            ),
            (r#"{"beds":"1","state":"ask"}"#, "#/beds", "unreadable", "値を読み取れません（"),
        ] {
            let problem = serde_json::to_value(super::read::<Slip>(body.as_bytes()).unwrap_err()).unwrap();
            let error = &problem["errors"][0];
            assert_eq!((&error["pointer"], &error["code"]), (&place.into(), &code.into()), "{body}");
            assert!(error["detail"].as_str().unwrap().starts_with(detail), "{error}");
        }
    }

    #[test]
    fn a_fault_is_told_with_its_place() {
        let cases = [
            (r#"{"wards":[{"a":1},{"b/c":"x"}]}"#, 422, "#/wards/1/b~1c"),
            (r#"{"wards":{}}"#, 422, "#/wards"),
            (r#"{"wards":[],"more":"\u0000"}"#, 422, "#"),
            (r"{}", 422, "#/wards"),
            (r#"{"wards":["#, 400, ""),
            ("", 400, ""),
        ];
        for (body, status, place) in cases {
            let problem = serde_json::to_value(read::<Sheet>(body.as_bytes()).unwrap_err()).unwrap();
            assert_eq!(problem["status"], status, "{body}");
            assert_eq!(problem["errors"][0]["pointer"].as_str().unwrap_or_default(), place, "{body}");
        }
    }
}

//! What a person typed. The only way into a posted form, and it wants the session's form token: so every POST is guarded
//! against forgery, and what was typed is there to be shown again.

use std::borrow::Cow;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use chrono::{DateTime, NaiveDate, Utc};
use unicode_normalization::UnicodeNormalization;

use super::kept::Kept;
use super::session::Session;
use crate::app::App;
use crate::domain::access::RequestKey;
use crate::domain::calendar;
use crate::domain::fault::{Fault, Faults};
use crate::domain::sign::is_unseen;
use crate::domain::wareki;
use crate::secret;

/// The largest form: a page of free text, many times over.
pub const FORM_MAX: usize = 512 * 1024;

/// The largest number of things that can be entered.
pub const COUNT_MAX: i32 = 9999;
/// The field with the session's form token.
pub const CSRF: &str = "csrf";
/// The field with the key that makes a form act once.
pub const ONCE: &str = "once";

/// Fields that never come along when a form is kept for later.
const SECRETS: [&str; 4] = [CSRF, "password", "new_password", "repeat"];

/// The fields of a form, in the order in which they came. Reading a value notes what is wrong with it in `faults`.
#[derive(Clone, Debug, Default)]
pub struct Form {
    fields: Vec<(String, String)>,
    /// What is wrong so far.
    pub faults: Faults,
}

impl Form {
    /// A form with these values, as a page shows before anything was typed.
    #[must_use]
    pub fn of<const N: usize>(fields: [(&str, String); N]) -> Self {
        Self { fields: fields.map(|(name, value)| (name.to_owned(), value)).into(), faults: Faults::default() }
    }

    /// Sets a value.
    pub fn set(&mut self, field: &str, value: impl Into<String>) {
        self.fields.retain(|(name, _)| name != field);
        self.fields.push((field.to_owned(), value.into()));
    }

    /// Adds one more value of a field that may have several.
    pub fn also(&mut self, field: &str, value: impl Into<String>) {
        self.fields.push((field.to_owned(), value.into()));
    }

    /// Reads an `application/x-www-form-urlencoded` body or query. Bytes that aren't UTF-8 become replacement signs; signs
    /// that nobody types are left out, but for passwords, of which only NUL is: PostgreSQL has no place for it.
    #[must_use]
    pub fn parse(body: &[u8]) -> Self {
        let pairs = form_urlencoded::parse(body);
        let clean = |(name, value): (Cow<'_, str>, Cow<'_, str>)| {
            let is_secret = SECRETS.contains(&&*name);
            let value = value.replace(|sign| if is_secret { sign == '\0' } else { is_unseen(sign) }, "");
            (name.into_owned(), value)
        };
        let fields = pairs.map(clean).collect();
        Self { fields, faults: Faults::default() }
    }

    /// What was typed, trimmed; nothing where the field is missing.
    #[must_use]
    pub fn text(&self, field: &str) -> &str {
        self.fields.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value.trim())
    }

    /// What was typed as it is, for passwords.
    #[must_use]
    pub fn raw(&self, field: &str) -> &str {
        self.fields.iter().find(|(name, _)| name == field).map_or("", |(_, value)| value)
    }

    /// Every value of a field that may come several times.
    pub fn texts<'f>(&'f self, field: &'f str) -> impl Iterator<Item = &'f str> {
        self.fields.iter().filter(move |(name, _)| name == field).map(|(_, value)| value.trim())
    }

    /// Whether a box was ticked.
    #[must_use]
    pub fn is_ticked(&self, field: &str) -> bool {
        !self.text(field).is_empty()
    }

    /// A line of text of at most `max` characters; may be empty. Control signs, line ends among them, become spaces.
    pub fn line(&mut self, field: &str, max: usize) -> String {
        self.paragraph(field, max).replace(char::is_control, " ")
    }

    /// A text of at most `max` characters, of one line or several; may be empty.
    pub fn paragraph(&mut self, field: &str, max: usize) -> String {
        let text = self.text(field).to_owned();
        self.faults.check(text.chars().count() <= max, field, Fault::TooLong { max });
        text
    }

    /// A line of text that can't be empty.
    pub fn required(&mut self, field: &str, max: usize) -> String {
        let text = self.line(field, max);
        self.faults.check(!text.is_empty(), field, Fault::Required);
        text
    }

    /// One of a closed list.
    pub fn code<T: std::str::FromStr>(&mut self, field: &str) -> Option<T> {
        let text = self.text(field);
        let (value, empty) = (text.parse().ok(), text.is_empty());
        self.faults.check(value.is_some(), field, if empty { Fault::Required } else { Fault::NotAChoice });
        value
    }

    /// One of a closed list, or nothing.
    pub fn optional_code<T: std::str::FromStr>(&mut self, field: &str) -> Option<T> {
        if self.text(field).is_empty() { None } else { self.code(field) }
    }

    /// Those of a closed list that were ticked.
    pub fn codes<'f, T: std::str::FromStr>(&'f self, field: &'f str) -> impl Iterator<Item = T> + use<'f, T> {
        self.texts(field).filter_map(|code| code.parse().ok())
    }

    /// An id that a page put there.
    pub fn id<T: std::str::FromStr>(&mut self, field: &str) -> Option<T> {
        self.optional_code(field)
    }

    /// A number of things from 0 to [`COUNT_MAX`]; nothing typed is 0.
    pub fn count(&mut self, field: &str) -> i32 {
        let text = self.text(field).nfkc().collect::<String>();
        let number = if text.is_empty() { Some(0) } else { text.parse::<u64>().ok() };
        self.faults.check(number.is_some(), field, Fault::NotANumber);
        let small = i32::try_from(number.unwrap_or(0)).ok().filter(|number| *number <= COUNT_MAX);
        self.faults.check(small.is_some(), field, Fault::MoreThan { max: COUNT_MAX.into() });
        small.unwrap_or(0)
    }

    /// The same, or nothing.
    pub fn optional_count(&mut self, field: &str) -> Option<u32> {
        if self.text(field).is_empty() {
            return None;
        }
        let before = self.faults.0.len();
        let count = self.count(field).unsigned_abs();
        (self.faults.0.len() == before).then_some(count)
    }

    /// A day, in any of the ways people write one, or nothing.
    pub fn optional_day(&mut self, field: &str) -> Option<NaiveDate> {
        if self.text(field).is_empty() {
            return None;
        }
        match wareki::parse_date(self.text(field)) {
            Ok(day) => Some(day),
            Err(why) => {
                self.faults.add(field, Fault::NotADate(why));
                None
            }
        }
    }

    /// A day that can't be empty.
    pub fn day(&mut self, field: &str) -> Option<NaiveDate> {
        let empty = self.text(field).is_empty();
        self.faults.check(!empty, field, Fault::Required);
        self.optional_day(field)
    }

    /// A moment in Japan from a day field and a time field.
    pub fn moment(&mut self, day_field: &str, time_field: &str) -> Option<DateTime<Utc>> {
        let day = self.day(day_field);
        let text = self.text(time_field);
        let (time, empty) = (wareki::parse_time(text), text.is_empty());
        self.faults.check(time.is_ok(), time_field, if empty { Fault::Required } else { Fault::NotATime });
        Some(calendar::at(day?, time.ok()?))
    }

    /// The key that makes this form act once, with a digest of what was typed.
    #[must_use]
    pub fn request_key(&self, path: &str) -> Option<RequestKey> {
        let key = self.text(ONCE);
        let content: Vec<_> = self.fields.iter().filter(|(name, _)| name != CSRF).collect();
        let fingerprint = secret::digest(&format!("{path} {content:?}"));
        (!key.is_empty() && key.len() <= 64).then(|| RequestKey { key: key.to_owned(), fingerprint })
    }
}

/// A posted form of somebody signed in, with the session that it belongs to. Its request key is already in the actor.
#[derive(Clone, Debug)]
pub struct Posted {
    /// Who posted it.
    pub session: Session,
    /// What.
    pub form: Form,
}

impl FromRequest<App> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, app: &App) -> Result<Self, Response> {
        let (parts, body) = request.into_parts();
        let begun = Session::begun(&parts, app).await?;
        let path = parts.uri.path().to_owned();
        let address = parts.uri.path_and_query().map_or(path.clone(), ToString::to_string);
        let form = Form::read(Request::from_parts(parts, body)).await?;
        let Some(session) = begun else {
            return Err(match Kept::of(&address, &form) {
                Some(kept) => (StatusCode::FORBIDDEN, super::sign_in::again(app, &kept)).into_response(),
                None => Redirect::to("/sign-in").into_response(),
            });
        };
        let mut session = session.open().map_err(IntoResponse::into_response)?;
        if form.raw(CSRF) != session.form_token {
            return Err(foreign(app, &session, &address, &form));
        }
        session.actor.request = form.request_key(&path);
        Ok(Self { session, form })
    }
}

/// The answer to a form of another session: of an older one in the same browser, where it has a token of the right shape.
fn foreign(app: &App, session: &Session, address: &str, form: &Form) -> Response {
    let is_token = form.raw(CSRF).len() == session.form_token.len();
    match Kept::of(address, form).filter(|_| is_token) {
        Some(kept) => (StatusCode::FORBIDDEN, kept.page(app, &session.form_token)).into_response(),
        None => super::failure::plain(StatusCode::FORBIDDEN, "画面の有効期限が切れています。開き直してください。"),
    }
}

impl Form {
    /// Every field with its value, in the order in which they came.
    pub fn fields(&self) -> impl Iterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// What was typed, as it travels in an address, without the form token and passwords.
    #[must_use]
    pub fn typed(&self) -> String {
        let typed = self.fields().filter(|(name, _)| !SECRETS.contains(name));
        form_urlencoded::Serializer::new(String::new()).extend_pairs(typed).finish()
    }

    /// Reads a posted form of somebody who isn't signed in: the sign-in itself, or the holder of a link.
    ///
    /// # Errors
    /// 413 where it is too large, 415 where it isn't a form.
    pub async fn read(request: Request) -> Result<Self, Response> {
        let kind = request.headers().get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("application/x-www-form-urlencoded") {
            return Err(super::failure::plain(StatusCode::UNSUPPORTED_MEDIA_TYPE, "フォームから送ってください。"));
        }
        let body = Bytes::from_request(request, &()).await.map_err(|error| {
            if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
                super::failure::plain(StatusCode::PAYLOAD_TOO_LARGE, "入力が大きすぎます。文章を短くしてください。")
            } else {
                error.into_response()
            }
        })?;
        Ok(Self::parse(&body))
    }
}

/// A posted form of somebody who isn't signed in.
#[derive(Clone, Debug)]
pub struct GuestForm(pub Form);

impl FromRequest<App> for GuestForm {
    type Rejection = Response;

    async fn from_request(request: Request, _: &App) -> Result<Self, Response> {
        Form::read(request).await.map(Self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_that_nobody_types_are_left_out() {
        let cases = [
            ("痛みあり\r\n\t夜間\u{3000}対応", "痛みあり\r\n\t夜間\u{3000}対応", "痛みあり   夜間\u{3000}対応"),
            ("a\u{0}\u{7}\u{1b}[31mb\u{7f}", "a[31mb", "a[31mb"),
            ("a\u{80}\u{85}\u{9f}b", "ab", "ab"),
            ("薬\u{202a}\u{202b}\u{202c}\u{202d}\u{202e}局", "薬局", "薬局"),
            ("薬\u{2066}\u{2067}\u{2068}\u{2069}局", "薬局", "薬局"),
            (
                "葛\u{e0100}城👩\u{200d}⚕\u{fe0f}",
                "葛\u{e0100}城👩\u{200d}⚕\u{fe0f}",
                "葛\u{e0100}城👩\u{200d}⚕\u{fe0f}",
            ),
        ];
        for (typed, paragraph, line) in cases {
            let body = form_urlencoded::Serializer::new(String::new()).append_pair("note", typed).finish();
            let mut form = Form::parse(body.as_bytes());
            assert_eq!(form.paragraph("note", 50), paragraph, "{typed:?}");
            assert_eq!(form.line("note", 50), line, "{typed:?}");
        }
    }

    #[test]
    fn a_password_stays_as_it_was_typed() {
        let form = Form::parse("password=a%07%E2%80%AE%00b".as_bytes());
        assert_eq!(form.raw("password"), "a\u{7}\u{202e}b");
    }
}

//! Who is asking. A page that takes a [`Session`] is for people who are signed in; the others are sent to the sign-in.

use axum::extract::FromRequestParts;
use axum::http::Method;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use chrono::{DateTime, Utc};

use super::failure::Failure;
use crate::actions::sign_in::{self, SignedIn};
use crate::app::App;
use crate::domain::access::Actor;
use crate::domain::sign_in::Step;
use crate::error::Error;
use crate::id::OrgId;
use crate::secret;

/// Somebody signed in, on a page.
#[derive(Clone, Debug)]
pub struct Session {
    /// Who.
    pub actor: Actor,
    /// All organisations that the person works for.
    pub orgs: Vec<(OrgId, String)>,
    /// The token that forms of this session carry.
    pub form_token: String,
    /// The cookie's content.
    pub token: String,
    /// What still has to happen before pages open.
    pub step: Step,
    /// The version of the bed board when the request came in.
    pub board_version: i64,
}

impl Session {
    /// The session of a request, whose sign-in is complete.
    ///
    /// # Errors
    /// A redirect to the sign-in, or to the step that is still open.
    pub async fn of(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Self::begun(parts, app).await?.ok_or_else(|| to_sign_in(parts))?.open().map_err(IntoResponse::into_response)
    }

    /// The session, if its sign-in is complete.
    ///
    /// # Errors
    /// A redirect to the step that is still open.
    pub fn open(self) -> Result<Self, Redirect> {
        match self.step {
            Step::ChangePassword => Err(Redirect::to("/password")),
            Step::SecondFactor => Err(Redirect::to("/sign-in")),
            Step::Open => Ok(self),
        }
    }

    /// The session of a request, complete or not; none where nobody is signed in.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn begun(parts: &Parts, app: &App) -> Result<Option<Self>, Response> {
        let token = cookie_value(parts, app).unwrap_or_default();
        if token.is_empty() {
            return Ok(None);
        }
        let found = sign_in::recognise(app, &token).await;
        let found = Self::found(token, found).map_err(|error| Failure(error).into_response())?;
        Ok(found.map(|(session, _)| session))
    }

    /// The session with this token, and when its holder last did something.
    fn found(token: String, found: Result<SignedIn, Error>) -> Result<Option<(Self, DateTime<Utc>)>, Error> {
        match found {
            Ok(SignedIn { actor, orgs, step, board_version, seen_at }) => {
                let form_token = secret::form_token(&token);
                Ok(Some((Self { actor, orgs, form_token, token, step, board_version }, seen_at)))
            }
            Err(Error::SignedOut) => Ok(None),
            Err(error) => Err(error),
        }
    }
}

impl FromRequestParts<App> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Self::of(parts, app).await
    }
}

/// Somebody signed in whose open page asks by itself: that is no sign of life, and the session ends when it would.
#[derive(Clone, Debug)]
pub struct Onlooker {
    /// The session.
    pub session: Session,
    /// When its holder last did something.
    pub seen_at: DateTime<Utc>,
}

impl FromRequestParts<App> for Onlooker {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        let token = cookie_value(parts, app).unwrap_or_default();
        let found = sign_in::look_on(app, &token).await;
        let found = Session::found(token, found).map_err(|error| Failure(error).into_response())?;
        let (session, seen_at) = found.ok_or_else(|| to_sign_in(parts))?;
        Ok(Self { session: session.open().map_err(IntoResponse::into_response)?, seen_at })
    }
}

/// Somebody whose password is right, whatever is still open: for the pages of the sign-in itself.
#[derive(Clone, Debug)]
pub struct Begun(pub Session);

impl FromRequestParts<App> for Begun {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Response> {
        Session::begun(parts, app).await?.ok_or_else(|| to_sign_in(parts)).map(Self)
    }
}

fn to_sign_in(parts: &Parts) -> Response {
    let path = parts.uri.path_and_query().map_or("/", axum::http::uri::PathAndQuery::as_str);
    if parts.method != Method::GET || path == "/" {
        return Redirect::to("/sign-in").into_response();
    }
    let next: String = form_urlencoded::byte_serialize(path.as_bytes()).collect();
    Redirect::to(&format!("/sign-in?next={next}")).into_response()
}

/// The name of the session's cookie: with the prefix that browsers guard, wherever there is TLS.
fn cookie_name(app: &App) -> &'static str {
    if app.is_secure() { "__Host-okaeri" } else { "okaeri" }
}

fn cookie_value(parts: &Parts, app: &App) -> Option<String> {
    let jar = CookieJar::from_headers(&parts.headers);
    jar.get(cookie_name(app)).map(|cookie| cookie.value().to_owned())
}

/// The cookie of a new session.
#[must_use]
pub fn cookie(app: &App, token: String) -> Cookie<'static> {
    Cookie::build((cookie_name(app), token))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(app.is_secure())
        .build()
}

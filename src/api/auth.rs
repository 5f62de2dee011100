//! Who calls: the holder of a bearer token (RFC 6750). Asked of the database at each call, so that a token that was revoked
//! opens nothing from then on. Cookies open nothing here, so no page elsewhere can call in somebody's name.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;

use super::problem::Problem;
use crate::actions::sign_in;
use crate::app::App;
use crate::domain::access::Actor;

/// Somebody with a token.
#[derive(Clone, Debug)]
pub struct Caller(pub Actor);

impl FromRequestParts<App> for Caller {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, Problem> {
        let token = bearer(parts).ok_or_else(Problem::signed_out)?;
        Ok(Self(sign_in::recognise_token(app, token, None).await?))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

//! What stands in addresses. An id that can't be read is a page that doesn't exist; a question that can't be read is as good
//! as none.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::failure::Failure;
use crate::error::Error;

/// The id (or the ids, as a tuple) in a page's address.
#[derive(Clone, Copy, Debug)]
pub struct Id<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Id<T> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Failure> {
        let found = Path::<T>::from_request_parts(parts, state).await;
        found.map(|Path(id)| Self(id)).map_err(|_| Failure(Error::NotFound))
    }
}

/// What follows the question mark.
#[derive(Clone, Copy, Debug)]
pub struct Query<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned + Default + Send> FromRequestParts<S> for Query<T> {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(axum::extract::Query::try_from_uri(&parts.uri).map(|found| found.0).unwrap_or_default()))
    }
}

/// The address of a page to which an action came back: what it did, as a code that the page says in words.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Done {
    /// The code; nothing where somebody just opened the page.
    pub done: String,
}

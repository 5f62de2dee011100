//! What comes back after a change. Only what can be rebuilt from the request and an id: so the same request, sent again
//! with the same `Idempotency-Key`, gets the same answer without anything having been kept for it.

use axum::Json;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::error::{Error, Result};

/// The id of what was made.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
pub struct Made {
    /// The id.
    pub id: Uuid,
}

/// Something was made, and where it is (201).
#[derive(Clone, Debug)]
pub struct Created {
    place: &'static str,
    made: Made,
}

impl Created {
    /// Made now or before, at `place` under `/api/v1`.
    ///
    /// # Errors
    /// Any other error stays one.
    pub fn at(place: &'static str, result: Result<impl Into<Uuid>>) -> Result<Self> {
        let id = match result {
            Ok(id) => id.into(),
            Err(Error::Repeated(id)) => id,
            Err(error) => return Err(error),
        };
        Ok(Self { place, made: Made { id } })
    }
}

impl IntoResponse for Created {
    fn into_response(self) -> Response {
        let place = format!("/api/v1/{}/{}", self.place, self.made.id);
        (StatusCode::CREATED, [(header::LOCATION, place)], Json(self.made)).into_response()
    }
}

/// It was done, and there is nothing to tell (204).
#[derive(Clone, Copy, Debug)]
pub struct Done;

impl Done {
    /// Done now or before.
    ///
    /// # Errors
    /// Any other error stays one.
    pub fn after<T>(result: Result<T>) -> Result<Self> {
        match result {
            Ok(_) | Err(Error::Repeated(_)) => Ok(Self),
            Err(error) => Err(error),
        }
    }
}

impl IntoResponse for Done {
    fn into_response(self) -> Response {
        StatusCode::NO_CONTENT.into_response()
    }
}

//! The parameters of a query. Reading one notes what is wrong with it; one that nobody asked for is a mistake worth telling,
//! because a filter that is misspelt finds the wrong things.

use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;

use super::problem::Problem;
use crate::domain::fault::{Fault, Faults};

/// The parameters that haven't been read yet.
#[derive(Clone, Debug)]
pub struct Query {
    given: Vec<(String, String)>,
    faults: Faults,
}

impl<S: Send + Sync> FromRequestParts<S> for Query {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        let query = parts.uri.query().unwrap_or_default();
        let given = form_urlencoded::parse(query.as_bytes()).into_owned().collect();
        Ok(Self { given, faults: Faults::default() })
    }
}

impl Query {
    /// The parameter, or nothing where it wasn't given.
    pub fn take<T: FromStr>(&mut self, name: &str) -> Option<T> {
        let at = self.given.iter().position(|(given, _)| given == name)?;
        let value = self.given.swap_remove(at).1.parse().ok();
        self.faults.check(value.is_some(), name, Fault::Unreadable);
        value
    }

    /// A text of at most `max` characters.
    pub fn text(&mut self, name: &str, max: usize) -> String {
        let text: String = self.take(name).unwrap_or_default();
        self.faults.check(text.chars().count() <= max, name, Fault::TooLong { max });
        self.faults.check(!text.contains('\0'), name, Fault::Unreadable);
        text
    }

    /// Nothing was wrong, and nothing is left.
    ///
    /// # Errors
    /// Everything that was.
    pub fn end(mut self) -> Result<(), Problem> {
        for (name, _) in self.given {
            self.faults.add(name, Fault::NotAChoice);
        }
        self.faults.settle().map_err(Problem::bad_query)
    }
}

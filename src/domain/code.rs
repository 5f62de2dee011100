//! Closed lists of codes: one row of the glossary each, with the identifier that is stored and the Japanese that is shown.

use utoipa::openapi::schema::{ObjectBuilder, Type};
use utoipa::openapi::{RefOr, Schema};

/// Defines an enum whose values have a stable code (stored, sent) and a Japanese label (shown).
macro_rules! codes {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(#[doc = $label] #[serde(rename = $code)] $variant,)+
        }

        impl $name {
            /// Every value, in the order of the glossary.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The code as it is stored and sent.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$variant => $code),+ }
            }

            /// The word as it is shown.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }
        }

        impl utoipa::ToSchema for $name {}

        impl utoipa::PartialSchema for $name {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                $crate::domain::code::schema(&[$(($code, $label)),+])
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::domain::code::UnknownCode;
            fn from_str(code: &str) -> Result<Self, Self::Err> {
                match code { $($code => Ok(Self::$variant),)+ _ => Err($crate::domain::code::UnknownCode) }
            }
        }
    };
}
pub(crate) use codes;

/// The schema of a list: its codes, and in words what each of them stands for.
pub(crate) fn schema(codes: &[(&str, &str)]) -> RefOr<Schema> {
    let words: Vec<_> = codes.iter().map(|(code, label)| format!("`{code}` {label}")).collect();
    let object = ObjectBuilder::new().schema_type(Type::String).description(Some(words.join(" · ")));
    object.enum_values(Some(codes.iter().map(|(code, _)| *code))).into()
}

/// A code that isn't in the list.
#[derive(Clone, Copy, Debug, Eq, PartialEq, thiserror::Error)]
#[error("unknown code")]
pub struct UnknownCode;

//! A QR code as the rows of black that a template draws.

use fast_qr::{ECL, QRBuilder};
use serde::Serialize;

use crate::error::{Error, Result};

/// A QR code: `runs` of black modules as (column, row, length), in a square of `size` modules without the white border.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Qr {
    size: usize,
    runs: Vec<(usize, usize, usize)>,
}

/// The QR code of a text. An eighth of it may be spoilt (level M), and few modules make large ones: it goes
/// through a FAX.
pub(super) fn code(text: &str) -> Result<Qr> {
    let made = QRBuilder::new(text).ecl(ECL::M).build().map_err(|error| Error::internal(format!("qr: {error:?}")))?;
    let mut runs = Vec::new();
    for row in 0..made.size {
        let mut column = 0;
        for run in made[row].chunk_by(|one, next| one.value() == next.value()) {
            if run.first().is_some_and(|module| module.value()) {
                runs.push((column, row, run.len()));
            }
            column += run.len();
        }
    }
    Ok(Qr { size: made.size, runs })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_its_three_eyes_and_grows_with_the_text() {
        let short = code("https://okaeri.example.jp/a?code=ABCDE").unwrap();
        for eye in [(0, 0, 7), (short.size - 7, 0, 7), (0, short.size - 7, 7)] {
            assert!(short.runs.contains(&eye), "{eye:?}");
        }
        assert!(code(&"x".repeat(200)).unwrap().size > short.size);
        assert!(code(&"x".repeat(5000)).is_err());
    }
}

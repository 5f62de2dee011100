//! A part of a page that many people share, compressed once and put between what is theirs alone.
//!
//! One gzip stream (RFC 1952) is made of blocks (RFC 1951). The shared part is a run of compressed blocks that refer to
//! nothing before them; the personal parts stand around it in blocks as they are. So a visit compresses nothing, and the
//! form token is never compressed together with what somebody typed into the address.

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

use crate::error::{Error, Result};

/// Ten bytes that say: gzip, deflate, nothing else to tell.
const HEADER: [u8; 10] = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff];
/// An empty block with the mark of the last one.
const END: [u8; 5] = [1, 0, 0, 0xff, 0xff];
/// The most that one uncompressed block can hold.
const BLOCK: usize = 0xffff;

/// A shared part, as it is and compressed.
#[derive(Debug)]
pub struct Piece {
    plain: String,
    blocks: Vec<u8>,
    crc: Crc,
}

impl Piece {
    /// Compresses a part.
    ///
    /// # Errors
    /// The compressor fails.
    pub fn new(plain: String) -> Result<Self> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
        // A flush ends on a whole byte and without the mark of the last block.
        encoder.write_all(plain.as_bytes()).and_then(|()| encoder.flush()).map_err(Error::internal)?;
        let blocks = std::mem::take(encoder.get_mut());
        let crc = sum(plain.as_bytes());
        Ok(Self { plain, blocks, crc })
    }

    /// The page as it is.
    #[must_use]
    pub fn between(&self, before: &str, after: &str) -> String {
        [before, &self.plain, after].concat()
    }

    /// The page as a gzip stream.
    #[must_use]
    pub fn gzip_between(&self, before: &str, after: &str) -> Vec<u8> {
        let mut crc = sum(before.as_bytes());
        crc.combine(&self.crc);
        crc.combine(&sum(after.as_bytes()));
        let mut out = Vec::with_capacity(before.len() + self.blocks.len() + after.len() + 64);
        out.extend(HEADER);
        store(&mut out, before);
        out.extend(&self.blocks);
        store(&mut out, after);
        out.extend(END);
        out.extend(crc.sum().to_le_bytes());
        out.extend(crc.amount().to_le_bytes());
        out
    }
}

fn sum(bytes: &[u8]) -> Crc {
    let mut crc = Crc::new();
    crc.update(bytes);
    crc
}

/// Writes text in blocks as it is.
fn store(out: &mut Vec<u8>, text: &str) {
    for chunk in text.as_bytes().chunks(BLOCK) {
        let [low, high, ..] = chunk.len().to_le_bytes();
        out.extend([0, low, high, !low, !high]);
        out.extend(chunk);
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read as _;

    use flate2::read::GzDecoder;

    use super::*;

    #[test]
    fn a_page_unpacks_to_what_it_was() {
        let long = "後方支援枠 ".repeat(20_000);
        for (before, shared, after) in
            [("", "", ""), ("<head>", "空床", "</html>"), ("<a>", &long, "</a>"), (&long, "空床", &long)]
        {
            let piece = Piece::new(shared.to_owned()).unwrap();
            let mut unpacked = String::new();
            GzDecoder::new(piece.gzip_between(before, after).as_slice()).read_to_string(&mut unpacked).unwrap();
            assert!(unpacked == piece.between(before, after) && unpacked == [before, shared, after].concat());
        }
    }
}

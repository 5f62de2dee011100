//! From the bytes of a file to its text: UTF-8 with or without BOM, or CP932. What isn't text is refused by name.

use super::fault::FileFault;
use encoding_rs::{SHIFT_JIS, UTF_8};

/// In which encoding a file came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encoding {
    /// UTF-8, with or without a byte order mark.
    Utf8,
    /// CP932, the Shift JIS of Windows.
    Cp932,
}

/// The first bytes of files that people take for the table inside them.
const NOT_TEXT: [(&[u8], &str); 6] = [
    (b"PK", "ZIPまたはExcel（xlsx）"),
    (b"%PDF", "PDF"),
    (&[0xd0, 0xcf, 0x11, 0xe0], "Excel（xls）"),
    (&[0x1f, 0x8b], "gzip"),
    (&[0xff, 0xfe], "UTF-16のテキスト"),
    (&[0xfe, 0xff], "UTF-16のテキスト"),
];

/// The text without its byte order mark. Bytes that fit no character become U+FFFD; the rows that hold one are
/// reported later.
///
/// # Errors
/// [`FileFault`] where there is nothing in it or it isn't text.
pub fn text(bytes: &[u8]) -> Result<(String, Encoding), FileFault> {
    if bytes.trim_ascii().is_empty() {
        return Err(FileFault::Empty);
    }
    if let Some((_, what)) = NOT_TEXT.iter().find(|(start, _)| bytes.starts_with(start)) {
        return Err(FileFault::NotATable(what));
    }
    if bytes.contains(&0) {
        return Err(FileFault::NotATable("テキストでないファイル"));
    }
    let (encoding, found) = if is_utf8(bytes) { (UTF_8, Encoding::Utf8) } else { (SHIFT_JIS, Encoding::Cp932) };
    Ok((encoding.decode_with_bom_removal(bytes).0.into_owned(), found))
}

/// The first line decides: a header in Japanese can't be valid in both encodings, and one broken byte or a cut-off
/// last character further down must not turn the whole file into nonsense.
fn is_utf8(bytes: &[u8]) -> bool {
    let first_line = bytes.split(|byte| *byte == b'\n').next().unwrap_or(bytes);
    str::from_utf8(first_line).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings_are_told_apart() {
        let (cp932, _, _) = SHIFT_JIS.encode("名称\r\n髙﨑薬局");
        let cases: [(&[u8], &str, Encoding); 4] = [
            ("名称".as_bytes(), "名称", Encoding::Utf8),
            ("\u{feff}名称".as_bytes(), "名称", Encoding::Utf8),
            (&cp932, "名称\r\n髙﨑薬局", Encoding::Cp932),
            (b"\xe5\x90\x8d\nabc\xe5\x90", "名\nabc\u{fffd}", Encoding::Utf8),
        ];
        for (bytes, expected, encoding) in cases {
            assert_eq!(text(bytes), Ok((expected.to_owned(), encoding)));
        }
    }

    #[test]
    fn what_is_no_text_is_refused_by_name() {
        let cases: [(&[u8], FileFault); 5] = [
            (b"", FileFault::Empty),
            (b" \r\n", FileFault::Empty),
            (b"PK\x03\x04rest", FileFault::NotATable("ZIPまたはExcel（xlsx）")),
            (b"%PDF-1.7", FileFault::NotATable("PDF")),
            (b"ID\0\x01", FileFault::NotATable("テキストでないファイル")),
        ];
        for (bytes, fault) in cases {
            assert_eq!(text(bytes), Err(fault));
        }
    }
}

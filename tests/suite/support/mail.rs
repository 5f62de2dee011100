//! A mail as the test's server kept it, read back the way a mail program would: headers unfolded and decoded,
//! parts found and their transfer encoding undone.
//!
//! It is written apart from what makes the mails, so that the two can't agree on the same mistake. It reads what
//! the program sends (UTF-8, base64 or quoted-printable) and no more.

use std::time::Instant;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A message with its envelope.
#[derive(Clone, Debug)]
pub struct Mail {
    /// The envelope's sender, where a bounce would go.
    pub from: String,
    /// The envelope's recipients that the server took.
    pub to: Vec<String>,
    /// Every byte of the message, headers and all.
    pub raw: Vec<u8>,
    /// When the final dot came.
    pub ended: Instant,
}

impl Mail {
    /// The value of a header, unfolded and decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        self.whole().header(name)
    }

    /// The parts that aren't themselves made of parts, in their order.
    pub fn parts(&self) -> Vec<Part> {
        self.whole().leaves()
    }

    /// The content of the first part of this kind (`text/plain`, `text/calendar`), decoded.
    pub fn content(&self, kind: &str) -> Option<String> {
        self.parts().iter().find(|part| part.is(kind)).map(Part::content)
    }

    /// Everything that a person or a program can read in it: all heads with their encoded words, all contents, lines unfolded.
    pub fn readable(&self) -> String {
        let whole = self.whole();
        let head = |part: &Part| part.head.lines().map(|line| words(line) + "\n").collect::<String>();
        let mut text = head(&whole);
        for part in whole.leaves() {
            text += &(head(&part) + &part.content().replace("\r\n ", "") + "\n");
        }
        text
    }

    fn whole(&self) -> Part {
        Part::read(&String::from_utf8_lossy(&self.raw))
    }
}

/// Headers and what follows them: a whole message or a part of one.
#[derive(Clone, Debug)]
pub struct Part {
    head: String,
    /// As it was sent, before decoding.
    pub body: String,
}

impl Part {
    fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\r\n\r\n").unwrap_or((text, ""));
        Self { head: head.replace("\r\n ", " ").replace("\r\n\t", " "), body: body.to_owned() }
    }

    /// The value of a header, unfolded and decoded.
    pub fn header(&self, name: &str) -> Option<String> {
        let mut fields = self.head.lines().filter_map(|line| line.split_once(':'));
        fields.find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| words(value))
    }

    /// The body with its transfer encoding undone.
    pub fn content(&self) -> String {
        let encoding = self.header("Content-Transfer-Encoding").unwrap_or_default();
        match encoding.to_ascii_lowercase().as_str() {
            "base64" => base64(&self.body),
            "quoted-printable" => quoted(&self.body.replace("=\r\n", "")),
            _ => self.body.clone(),
        }
    }

    fn is(&self, kind: &str) -> bool {
        self.header("Content-Type").is_some_and(|value| value.to_ascii_lowercase().starts_with(kind))
    }

    fn leaves(self) -> Vec<Self> {
        let kind = self.header("Content-Type").unwrap_or_default();
        let Some((_, rest)) = kind.split_once("boundary=") else {
            return vec![self];
        };
        let boundary = rest.trim_start_matches('"').split(['"', ';']).next().unwrap_or_default();
        let boundary = format!("\r\n--{boundary}");
        let body = format!("\r\n{}", self.body);
        let pieces = body.split(&boundary).skip(1).take_while(|piece| !piece.starts_with("--"));
        pieces.flat_map(|piece| Self::read(piece.trim_start_matches("\r\n")).leaves()).collect()
    }
}

/// A header's value with its encoded words (RFC 2047) made readable; the blank between two of them isn't text.
fn words(value: &str) -> String {
    let mut text = String::new();
    let mut after_encoded = false;
    for word in value.split_whitespace() {
        let plain = encoded(word);
        let glued = text.is_empty() || (after_encoded && plain.is_some());
        if !glued {
            text.push(' ');
        }
        after_encoded = plain.is_some();
        text.push_str(plain.as_deref().unwrap_or(word));
    }
    text
}

fn encoded(word: &str) -> Option<String> {
    let inside = word.strip_prefix("=?")?.strip_suffix("?=")?;
    let (encoding, text) = inside.split_once('?')?.1.split_once('?')?;
    Some(if encoding.eq_ignore_ascii_case("b") { base64(text) } else { quoted(&text.replace('_', " ")) })
}

fn base64(text: &str) -> String {
    let dense: String = text.split_whitespace().collect();
    String::from_utf8_lossy(&STANDARD.decode(dense).unwrap_or_default()).into_owned()
}

/// `=E5` becomes the byte it stands for; an `=` without its two digits stays.
fn quoted(text: &str) -> String {
    let mut pieces = text.split('=');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        match piece.get(..2).map(|digits| u8::from_str_radix(digits, 16)) {
            Some(Ok(byte)) => bytes.extend([byte].iter().chain(&piece.as_bytes()[2..])),
            _ => bytes.extend(b"=".iter().chain(piece.as_bytes())),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_and_parts_read_as_a_mail_program_reads_them() {
        let raw = "Subject: =?utf-8?B?6YCA6Zmi5YmN?=\r\n =?utf-8?Q?=E3=82=AB_1?= no. 2\r\n\
             Content-Type: multipart/mixed; boundary=\"a\"\r\n\r\nskipped\r\n--a\r\n\
             Content-Type: multipart/alternative;\r\n\tboundary=b\r\n\r\n--b\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
             =E5=87=BA=\r\n=E5=B8=AD 1=3D1\r\n--b\r\n\
             Content-Type: text/calendar\r\nContent-Transfer-Encoding: base64\r\n\r\nQkVH\r\nSU4=\r\n--b--\r\n\r\n--a\r\n\
             Content-Type: text/html\r\n\r\n<p>\r\n--a--\r\nskipped\r\n";
        let mail = Mail { from: String::new(), to: Vec::new(), raw: raw.into(), ended: Instant::now() };
        assert_eq!(mail.header("subject").as_deref(), Some("退院前カ 1 no. 2"));
        assert_eq!(mail.header("Reply-To"), None);
        assert_eq!(mail.content("text/plain").as_deref(), Some("出席 1=1"));
        assert_eq!(mail.content("text/calendar").as_deref(), Some("BEGIN"));
        let readable = mail.readable();
        for said in ["Subject: 退院前カ 1 no. 2\n", "出席 1=1\n", "BEGIN\n", "<p>\n", "Content-Type: text/calendar\n"]
        {
            assert!(readable.contains(said), "{said} isn't in {readable}");
        }
        let bodies: Vec<_> = mail.parts().into_iter().map(|part| part.body).collect();
        assert_eq!(bodies, ["=E5=87=BA=\r\n=E5=B8=AD 1=3D1", "QkVH\r\nSU4=", "<p>"]);
    }
}

//! What partners, their calendar programs and their mail servers send back, and the program that takes it.

use std::io::Write;
use std::process::{Command, Stdio};

use okaeri::id::ConferenceId;

use super::world::World;

/// The name under which the area's mail server vouches for senders.
pub const SERVER: &str = "mx.okaeri.test";

/// What `okaeri mail-in` did with a message.
#[derive(Debug)]
pub struct Answer {
    pub code: i32,
    pub told: String,
}

/// Hands a message in as the mail server does, which vouches under its usual name.
pub fn hand_in(world: &World, raw: &[u8]) -> Answer {
    hand_in_to(&world.url, SERVER, raw)
}

/// The same, with another database or another name.
pub fn hand_in_to(database: &str, server: &str, raw: &[u8]) -> Answer {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okaeri"));
    command.arg("mail-in").env("OKAERI_DATABASE_URL", database).env("OKAERI_AUTHSERV_ID", server);
    command.env("RUST_LOG", "off").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    child.stdin.take().unwrap().write_all(raw).expect("all of it is read, however much it is");
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.stdout, b"", "a mail server would send it on");
    Answer { code: output.status.code().unwrap(), told: String::from_utf8(output.stderr).unwrap() }
}

/// What somebody's calendar program answers. Each field can be changed, to try what isn't right.
#[derive(Clone, Debug)]
pub struct Reply {
    pub id: String,
    pub from: String,
    pub attendee: String,
    pub uid: String,
    pub sequence: i32,
    pub method: &'static str,
    pub partstat: String,
    /// Further lines of the event.
    pub more: String,
    /// What stands beside it in words.
    pub text: &'static str,
    /// The same as HTML.
    pub html: &'static str,
    pub dmarc: &'static str,
    /// When it was written; by itself later than any clock of a test.
    pub stamp: &'static str,
}

impl Reply {
    /// An acceptance of the first date, from the attendee's own address.
    pub fn accepted(conference: ConferenceId, from: &str) -> Self {
        Self {
            id: format!("{}@calendar.example.jp", conference.to_string().replace('-', "")),
            from: from.into(),
            attendee: from.into(),
            uid: format!("{conference}@okaeri.test"),
            sequence: 0,
            method: "REPLY",
            partstat: "ACCEPTED".into(),
            more: String::new(),
            text: "",
            html: "<script>alert(1)</script>",
            dmarc: "pass",
            stamp: "20991231T000000Z",
        }
    }

    /// Another message that says something else.
    pub fn saying(&self, id: &str, partstat: &str) -> Self {
        Self { id: format!("{id}@calendar.example.jp"), partstat: partstat.into(), ..self.clone() }
    }

    pub fn raw(&self) -> Vec<u8> {
        let Self { id, from, attendee, uid, sequence, method, partstat, more, text, html, dmarc, stamp } = self;
        let domain = from.rsplit('@').next().unwrap();
        format!(
            "Authentication-Results: {SERVER}; dmarc={dmarc} header.from={domain}\r\n\
             Received: from mail.{domain} by {SERVER}; Tue, 24 Nov 2026 00:00:00 +0000\r\n\
             From: =?utf-8?B?44Gd44KJ?= <{from}>\r\nTo: okaeri@example.jp\r\nMessage-ID: <{id}>\r\n\
             Subject: Accepted\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=\"=_x\"\r\n\r\n\
             --=_x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
             --=_x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n\
             --=_x\r\nContent-Type: text/calendar; charset=\"utf-8\"; method={method}\r\n\r\n\
             BEGIN:VCALENDAR\r\nPRODID:-//Example//EN\r\nVERSION:2.0\r\nMETHOD:{method}\r\nBEGIN:VEVENT\r\n\
             UID:{uid}\r\nSEQUENCE:{sequence}\r\nDTSTAMP:{stamp}\r\n\
             ATTENDEE;PARTSTAT={partstat};CN=\"sora\":MAILTO:{attendee}\r\n{more}END:VEVENT\r\nEND:VCALENDAR\r\n\
             --=_x--\r\n"
        )
        .into_bytes()
    }
}

/// What a mail server says of a mail of ours: `action` is `failed` or `delayed`; only the headers come back with it.
pub fn report(id: &str, action: &str, message_id: &str, to: &str) -> Vec<u8> {
    format!(
        "Return-Path: <>\r\nFrom: MAILER-DAEMON@example.jp (Mail Delivery System)\r\nMessage-ID: <{id}@example.jp>\r\n\
         Auto-Submitted: auto-replied\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/report; report-type=delivery-status; boundary=r\r\n\r\n\
         --r\r\nContent-Type: text/plain\r\n\r\nThis is the mail system.\r\n\
         --r\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.jp\r\n\r\n\
         Final-Recipient: rfc822; {to}\r\nAction: {action}\r\nStatus: 5.1.1\r\n\
         Diagnostic-Code: smtp; 550 5.1.1 user unknown\r\n\r\n\
         --r\r\nContent-Type: text/rfc822-headers\r\n\r\nFrom: okaeri@example.jp\r\nMessage-ID: {message_id}\r\n\
         --r--\r\n"
    )
    .into_bytes()
}

/// What somebody writes.
pub fn letter(id: &str, head: &str, text: &str) -> Vec<u8> {
    format!(
        "From: sora@example.jp\r\nMessage-ID: <{id}@example.jp>\r\nSubject: Re: x\r\n{head}\
         Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    .into_bytes()
}

/// What an older mail server writes where it couldn't deliver: words alone, and whom in the head.
pub fn bounce_in_words(id: &str, message_id: &str, to: &str) -> Vec<u8> {
    format!(
        "From: Mail Delivery System <Mailer-Daemon@example.jp>\r\nMessage-ID: <{id}@example.jp>\r\n\
         Auto-Submitted: auto-replied\r\nX-Failed-Recipients: {to}\r\nReferences: {message_id}\r\n\
         Subject: Mail delivery failed: returning message to sender\r\nContent-Type: text/plain; charset=us-ascii\r\n\r\n\
         A message that you sent could not be delivered.\r\n\r\n  {to}\r\n    550 5.1.1 user unknown\r\n\r\n\
         ------ This is a copy of the message, including all the headers. ------\r\n"
    )
    .into_bytes()
}

/// What somebody sends with files: each with its type, its name and its content.
pub fn with_files(id: &str, from: &str, text: &str, files: &[(&str, &str, &str)]) -> Vec<u8> {
    let file = |(kind, name, content): &(&str, &str, &str)| {
        format!(
            "--b\r\nContent-Type: {kind}\r\nContent-Disposition: attachment; filename=\"{name}\"\r\n\r\n{content}\r\n"
        )
    };
    let files: String = files.iter().map(file).collect();
    format!(
        "From: {from}\r\nMessage-ID: <{id}@example.jp>\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n{files}--b--\r\n"
    )
    .into_bytes()
}

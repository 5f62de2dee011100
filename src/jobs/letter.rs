//! The words of every message. Institution, case code, date, place, link and telephone: never a patient's name, a diagnosis
//! or a chart number, for a mail passes through many hands.

mod after;
mod case;
mod conference;
mod ending;
mod exchange;
pub mod poll;
pub mod request;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::calendar::Holidays;
use crate::domain::notice::NoticeKind;
use crate::error::{Error, Result};
use crate::ics::Method;
use crate::store::notices::planned::Planned;

use ending::Ending;

/// A mail in words.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Letter {
    /// 件名.
    pub subject: String,
    /// The text.
    pub body: String,
    /// What a calendar program reads by itself, with its method: for one message only.
    pub calendar: Option<(Method, String)>,
    /// Calendar files to be opened by hand, where several messages share a mail.
    pub attached: Vec<(Method, String)>,
    /// The page on which its receiver can stop such mails, where it may do without them.
    pub stop: Option<String>,
}

/// One message in words, without greeting and signature.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Piece {
    /// 件名.
    pub subject: String,
    /// The text.
    pub text: String,
    /// What a calendar program reads, with its method.
    pub calendar: Option<(Method, String)>,
}

/// What a letter needs beside the notice itself.
#[derive(Clone, Debug)]
pub struct Desk<'a> {
    /// The address under which people reach this server.
    pub base_url: &'a str,
    /// The token of the answer link, of 「変更なし」 in the request for a bed report, or of an exchange; else empty.
    pub token: String,
    /// The address that all mail comes from.
    pub sender: String,
    /// National holidays, for the weekdays.
    pub holidays: &'a Holidays,
    /// This moment.
    pub now: DateTime<Utc>,
}

impl<'a> Desk<'a> {
    /// The desk at which a notice's letter is written.
    #[must_use]
    pub fn of(app: &'a App, holidays: &'a Holidays, notice: &Planned, now: DateTime<Utc>) -> Self {
        let ask = notice.ask_id.map(|id| app.secret.ask_link(id));
        let token = match notice.kind {
            NoticeKind::BedReport => app.secret.unchanged_link(notice.org_id, notice.sequence),
            kind if kind.asks_for_exchange() => {
                notice.registration_id.map(|id| app.secret.exchange_link(id, notice.sequence)).unwrap_or_default()
            }
            _ => notice.invitation_id.map(|id| app.secret.link(id)).or(ask).unwrap_or_default(),
        };
        Self { base_url: &app.base_url, token, sender: app.mail.sender(), holidays, now }
    }
}

/// Writes one message.
///
/// # Errors
/// It is about a conference, and there is none.
pub fn piece(notice: &Planned, desk: &Desk<'_>) -> Result<Piece> {
    let (subject, message) = essence(notice, desk)?;
    let rest = match notice.kind {
        NoticeKind::Admitted | NoticeKind::Discharged | NoticeKind::DischargeDay => case::who_it_is(notice, desk),
        NoticeKind::BedReport => String::new(),
        kind if kind.asks_for_exchange() => exchange::page(desk),
        kind if kind.is_of_request() || kind.follows_up() => String::new(),
        _ if poll::is_undated(notice) => poll::details(notice, desk),
        _ => conference::details(notice, desk).unwrap_or_default(),
    };
    let text = message + &rest;
    Ok(Piece { subject, text, calendar: conference::calendar(notice, desk) })
}

/// What a message says whatever way it goes: its subject, and its first lines.
///
/// # Errors
/// It is about a conference, and there is none.
pub fn essence(notice: &Planned, desk: &Desk<'_>) -> Result<(String, String)> {
    Ok(match notice.kind {
        NoticeKind::Admitted => case::admitted(notice),
        NoticeKind::Discharged => case::discharged(notice),
        NoticeKind::DischargeDay => case::discharge_day(notice, desk),
        NoticeKind::BedReport => case::bed_report(desk),
        kind if kind.is_of_request() => request::letter(notice, desk),
        kind if kind.asks_for_exchange() => exchange::letter(notice, desk),
        NoticeKind::Minutes | NoticeKind::Receipt3d | NoticeKind::Decision => {
            after::letter(notice, desk).ok_or_else(|| Error::internal("a notice without its conference"))?
        }
        _ if poll::is_undated(notice) => poll::undated(notice, desk),
        _ => conference::letter(notice, desk).ok_or_else(|| Error::internal("a notice without its conference"))?,
    })
}

/// Puts the messages to one receiver into one mail; a single one reads as a letter of its own.
#[must_use]
pub fn together(app: &App, messages: Vec<(&Planned, Piece)>) -> Letter {
    let notices: Vec<_> = messages.iter().map(|(notice, _)| *notice).collect();
    let ending = Ending::of(app, &notices);
    match <[_; 1]>::try_from(messages) {
        Ok([(notice, piece)]) => {
            let mut end = vec!["――――――――".to_owned()];
            end.extend(ending::sender(notice));
            end.push(ending.text());
            let body = format!("{}\n\n{}\n{}", greeting(notice), piece.text, end.join("\n"));
            let attached = Vec::new();
            Letter { subject: piece.subject, body, calendar: piece.calendar, attached, stop: ending.stop }
        }
        Err(messages) => several(messages, ending),
    }
}

fn several(messages: Vec<(&Planned, Piece)>, ending: Ending) -> Letter {
    let count = messages.len();
    let to = messages.first().map_or("", |(notice, _)| notice.org_name.as_str());
    let from: BTreeSet<_> = messages.iter().filter_map(|(notice, _)| notice.hospital_name.as_deref()).collect();
    let opening = format!("{to}　ご担当者さま\n\n{count}件のお知らせを、まとめてお届けします。\n");
    let section = |(number, (notice, piece)): (usize, &(&Planned, Piece))| {
        let person = match notice.person_name.as_deref().unwrap_or_default() {
            "" => String::new(),
            person => format!("{person} さま\n"),
        };
        let sender = ending::sender(notice).join("　");
        format!("\n━━━━━━━━\n{}　{}\n{sender}\n\n{person}{}", number + 1, piece.subject, piece.text)
    };
    let sections: String = messages.iter().enumerate().map(section).collect();
    let body = format!("{opening}{sections}\n――――――――\n{}", ending.text());
    let from: Vec<_> = from.into_iter().collect();
    let subject = format!("【お知らせ {count}件】{}", from.join("・"));
    let attached = messages.into_iter().filter_map(|(_, piece)| piece.calendar).collect();
    Letter { subject, body, calendar: None, attached, stop: ending.stop }
}

fn greeting(notice: &Planned) -> String {
    match notice.person_name.as_deref().unwrap_or_default() {
        "" => format!("{}　ご担当者さま", notice.org_name),
        person => format!("{}　{person} さま", notice.org_name),
    }
}

fn case_code(notice: &Planned) -> &str {
    notice.case_code.as_deref().unwrap_or_default()
}

fn hospital(notice: &Planned) -> &str {
    notice.hospital_name.as_deref().unwrap_or_default()
}

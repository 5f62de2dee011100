//! Whether a report on a mail of ours may be believed. Anybody can write one, and the Message-ID of a mail is no secret to those
//! who see it: a report also names whom we wrote to, comes while a mail server may still be trying, and contradicts nothing that
//! the receiver has said in answer. Whatever else says that a mail is lost is left to a person.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Became, Report, WhyFiled};
use crate::domain::notice::{NoticeState, Outcome};
use crate::domain::org::Channel;

/// How long after it was sent a mail may come back: servers give up after four to five days (RFC 5321 §4.5.4.1).
const LONGEST: TimeDelta = TimeDelta::days(7);

/// A mail of ours, as it went out.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Posted {
    /// Whom it was for.
    pub address: String,
    /// By which way it went: a gateway that dials is reached by mail, too.
    pub channel: Channel,
    /// How it stands.
    pub state: NoticeState,
    /// When it was sent.
    pub sent_at: Option<DateTime<Utc>>,
    /// When its receiver last said something that somebody says who has read mail: by the link, or in answer.
    pub heard_at: Option<DateTime<Utc>>,
}

/// What a report comes to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Effect {
    /// The mail is lost.
    Lost,
    /// The ledger keeps the words; nothing changes.
    Remark(Outcome),
    /// Nothing.
    Nothing,
    /// It has overtaken the record of what it is about.
    TooSoon,
}

impl Report {
    /// What it comes to for the mail that it names, at `now`.
    ///
    /// # Errors
    /// Why a person has to look at it.
    pub fn weigh(&self, posted: &Posted, now: DateTime<Utc>) -> Result<Effect, WhyFiled> {
        if posted.state == NoticeState::Queued && self.became == Became::Failed {
            return Ok(Effect::TooSoon);
        }
        match self.of(&posted.address) {
            None if self.became == Became::Failed => Err(WhyFiled::OtherReceiver),
            None | Some(Became::Delivered) => Ok(Effect::Nothing),
            Some(Became::Delayed) => Ok(Effect::Remark(Outcome::Deferred)),
            Some(Became::Failed) if posted.state != NoticeState::Sent => Ok(Effect::Remark(Outcome::Bounced)),
            Some(Became::Failed) if posted.sent_at.is_none_or(|sent| now - sent > LONGEST) => Err(WhyFiled::LateReport),
            Some(Became::Failed) if posted.heard_at >= posted.sent_at => Err(WhyFiled::Contradicted),
            Some(Became::Failed) => Ok(Effect::Lost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::report::Told;
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        format!("2026-{text}:00Z").parse().unwrap()
    }

    fn report(became: Became, address: &str) -> Report {
        let told = vec![Told { became, words: String::new(), addresses: vec![address.into()] }];
        Report { became, words: String::new(), notice: None, told }
    }

    #[test]
    fn a_report_counts_for_the_mail_that_it_can_be_about() {
        use Became::{Delayed, Delivered, Failed};
        let us = "sora@example.jp";
        let sent = |heard: &str| Posted {
            address: "Sora@Example.jp".into(),
            channel: Channel::Mail,
            state: NoticeState::Sent,
            sent_at: Some(utc("11-24T09:00")),
            heard_at: (!heard.is_empty()).then(|| utc(heard)),
        };
        let of = |state| Posted { state, ..sent("") };
        let cases = [
            (report(Failed, us), sent(""), "11-24T09:01", Ok(Effect::Lost)),
            (report(Failed, us), sent(""), "12-01T09:00", Ok(Effect::Lost)),
            (report(Failed, us), sent(""), "12-01T09:01", Err(WhyFiled::LateReport)),
            (report(Failed, us), Posted { sent_at: None, ..sent("") }, "11-24T09:01", Err(WhyFiled::LateReport)),
            (report(Failed, "tsuki@example.jp"), sent(""), "11-24T09:01", Err(WhyFiled::OtherReceiver)),
            (report(Failed, ""), sent(""), "11-24T09:01", Err(WhyFiled::OtherReceiver)),
            (
                report(Failed, ""),
                Posted { address: String::new(), ..sent("") },
                "11-24T09:01",
                Err(WhyFiled::OtherReceiver),
            ),
            (report(Failed, us), sent("11-24T08:59"), "11-24T09:30", Ok(Effect::Lost)),
            (report(Failed, us), sent("11-24T09:00"), "11-24T09:30", Err(WhyFiled::Contradicted)),
            (report(Failed, us), sent("11-24T10:00"), "11-24T10:30", Err(WhyFiled::Contradicted)),
            (report(Failed, us), of(NoticeState::Queued), "11-24T09:01", Ok(Effect::TooSoon)),
            (report(Failed, us), of(NoticeState::ToDo), "11-24T09:01", Ok(Effect::Remark(Outcome::Bounced))),
            (report(Delayed, us), sent(""), "11-24T09:01", Ok(Effect::Remark(Outcome::Deferred))),
            (report(Delayed, "tsuki@example.jp"), sent(""), "11-24T09:01", Ok(Effect::Nothing)),
            (report(Delivered, us), sent(""), "11-24T09:01", Ok(Effect::Nothing)),
        ];
        for (report, posted, now, expected) in cases {
            assert_eq!(report.weigh(&posted, utc(now)), expected, "{report:?} {posted:?} {now}");
        }
    }
}

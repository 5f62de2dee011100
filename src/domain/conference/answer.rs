//! What a party answers, by which way it came, and what an answer must say.

use chrono::{DateTime, Utc};

use super::{FARTHEST, LINE_MAX, TEXT_MAX};
use crate::domain::code::codes;
use crate::domain::fault::{Fault, Faults};
use crate::domain::ladder;
use crate::domain::org::Channel;
use crate::domain::person::Licence;
use crate::id::AnswerId;

codes! {
    /// What a party answers; no answer at all is 未回答 and has no code.
    AnswerKind {
        Attend = "attend", "出席";
        Video = "video", "ビデオ";
        Absent = "absent", "欠席";
        Proxy = "proxy", "代理";
        Written = "written", "書面";
        Tentative = "tentative", "未定・条件付";
        ProposeOther = "propose_other", "他の時間を提案";
    }
}

impl AnswerKind {
    /// Where a party with this answer stands; no answer is silence.
    #[must_use]
    pub const fn standing(answer: Option<Self>) -> ladder::Standing {
        match answer {
            None => ladder::Standing::Silent,
            Some(Self::Attend | Self::Video | Self::Proxy) => ladder::Standing::Attending,
            Some(Self::Tentative | Self::ProposeOther) => ladder::Standing::Tentative,
            Some(Self::Absent | Self::Written) => ladder::Standing::NotAttending,
        }
    }
}

codes! {
    /// By which way an answer came.
    AnswerSource {
        Link = "link", "リンク";
        App = "app", "画面";
        Api = "api", "連携";
        Phone = "phone", "電話（代理入力）";
        FaxPrint = "fax_print", "FAX（代理入力）";
        Code = "code", "整理番号";
        Mail = "mail", "メール";
    }
}

impl AnswerSource {
    /// Whether somebody of the hospital heard it and entered it (代理入力).
    #[must_use]
    pub const fn is_by_proxy(self) -> bool {
        self.channel().is_some()
    }

    /// By which way somebody of the hospital heard it.
    #[must_use]
    pub const fn channel(self) -> Option<Channel> {
        match self {
            Self::Phone => Some(Channel::Phone),
            Self::FaxPrint => Some(Channel::FaxPrint),
            Self::Link | Self::App | Self::Api | Self::Code | Self::Mail => None,
        }
    }
}

/// An answer as it is given.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Reply {
    /// The choice.
    pub answer: AnswerKind,
    /// 代理: who comes.
    pub deputy_name: String,
    /// 代理: with which licence.
    pub deputy_licence: Option<Licence>,
    /// 書面: the opinion that is read out.
    pub opinion: String,
    /// 他の時間: in words.
    pub proposal: String,
    /// 他の時間: up to three beginnings.
    pub proposed: [Option<DateTime<Utc>>; PROPOSALS],
    /// A remark.
    pub comment: String,
    /// Whether they want to be reminded on the morning of the day itself.
    pub same_day: bool,
}

impl Reply {
    /// An answer that says nothing more.
    #[must_use]
    pub const fn plain(answer: AnswerKind) -> Self {
        Self {
            answer,
            deputy_name: String::new(),
            deputy_licence: None,
            opinion: String::new(),
            proposal: String::new(),
            proposed: [None; PROPOSALS],
            comment: String::new(),
            same_day: false,
        }
    }

    /// This answer in the place of an earlier one, by a way on which a calendar program says no more than yes or no: what was
    /// said beside the earlier one stands as long as nothing else is said.
    #[must_use]
    pub fn over(&self, before: &Self) -> Self {
        let latest = |now: &String, before: &String| if now.is_empty() { before.clone() } else { now.clone() };
        Self {
            opinion: latest(&self.opinion, &before.opinion),
            comment: latest(&self.comment, &before.comment),
            same_day: self.same_day || before.same_day,
            ..self.clone()
        }
    }
}

/// How many beginnings a party may propose.
pub const PROPOSALS: usize = 3;
/// How the fields of proposed beginnings begin; their number follows, counted from 1.
pub const PROPOSED: &str = "proposed_";

/// Checks an answer: a deputy has a name and a licence, an opinion and a proposal have a text, a proposed beginning is ahead and
/// within a year.
///
/// # Errors
/// Every fault, each at its field.
pub fn check_reply(reply: &Reply, now: DateTime<Utc>) -> Result<(), Faults> {
    let mut faults = Faults::default();
    match reply.answer {
        AnswerKind::Proxy => {
            faults.check(!reply.deputy_name.is_empty(), "deputy_name", Fault::Required);
            faults.check(reply.deputy_licence.is_some(), "deputy_licence", Fault::Required);
        }
        AnswerKind::Written => faults.check(!reply.opinion.is_empty(), "opinion", Fault::Required),
        AnswerKind::ProposeOther => {
            let proposes = !reply.proposal.is_empty() || reply.proposed.iter().any(Option::is_some);
            faults.check(proposes, "proposal", Fault::Required);
        }
        AnswerKind::Attend | AnswerKind::Video | AnswerKind::Absent | AnswerKind::Tentative => {}
    }
    for (number, at) in (1..).zip(reply.proposed).filter_map(|(number, at)| Some((number, at?))) {
        let field = format!("{PROPOSED}{number}_day");
        faults.check(at > now, &field, Fault::InPast);
        faults.check(at <= now + FARTHEST, &field, Fault::TooFarAhead);
    }
    for (field, text, max) in [
        ("deputy_name", &reply.deputy_name, LINE_MAX),
        ("opinion", &reply.opinion, TEXT_MAX),
        ("proposal", &reply.proposal, TEXT_MAX),
        ("comment", &reply.comment, TEXT_MAX),
    ] {
        faults.check(text.chars().count() <= max, field, Fault::TooLong { max });
    }
    faults.settle()
}

/// What whoever enters an answer for somebody else had before them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Seen {
    /// The sequence of the date.
    pub sequence: i32,
    /// The answer that there was, if any.
    pub answer: Option<AnswerId>,
}

/// Whether something heard may take the place of the `current` answer: only of the one that was `seen`.
///
/// # Errors
/// [`Fault::AnsweredMeanwhile`], at the whole form.
pub fn may_replace(seen: Option<AnswerId>, current: Option<(AnswerId, AnswerKind)>) -> Result<(), Faults> {
    match current {
        Some((id, answer)) if seen != Some(id) => Err(Faults::one("", Fault::AnsweredMeanwhile { answer, id })),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::TimeDelta;

    #[test]
    fn an_answer_says_what_it_must() {
        let plain = Reply::plain;
        let (now, minute) = (DateTime::UNIX_EPOCH, TimeDelta::minutes(1));
        let proposes = |at| Reply { proposed: [None, Some(at), None], ..plain(AnswerKind::ProposeOther) };
        let cases = [
            (plain(AnswerKind::Attend), None),
            (plain(AnswerKind::Absent), None),
            (plain(AnswerKind::Proxy), Some("deputy_name")),
            (Reply { deputy_name: "山本".into(), ..plain(AnswerKind::Proxy) }, Some("deputy_licence")),
            (plain(AnswerKind::Written), Some("opinion")),
            (plain(AnswerKind::ProposeOther), Some("proposal")),
            (proposes(now), Some("proposed_2_day")),
            (proposes(now + minute), None),
            (proposes(now + FARTHEST), None),
            (proposes(now + FARTHEST + minute), Some("proposed_2_day")),
            (Reply { comment: "あ".repeat(2001), ..plain(AnswerKind::Attend) }, Some("comment")),
        ];
        for (reply, expected) in cases {
            let found = check_reply(&reply, now).err().map(|faults| faults.0[0].0.clone());
            assert_eq!(found.as_deref(), expected, "{reply:?}");
        }
    }

    #[test]
    fn what_was_said_beside_an_answer_outlives_a_shorter_one() {
        use AnswerKind::{Attend, Proxy, Tentative, Written};
        let said = |answer, opinion: &str, comment: &str, same_day| {
            let (opinion, comment) = (opinion.into(), comment.into());
            Reply { opinion, comment, same_day, ..Reply::plain(answer) }
        };
        let deputy =
            Reply { deputy_name: "山本".into(), proposal: "午後".into(), ..said(Proxy, "", "遅れます", false) };
        for (before, now, expected) in [
            (said(Written, "一包化を", "", true), said(Attend, "", "", false), said(Attend, "一包化を", "", true)),
            (
                said(Attend, "", "遅れます", false),
                said(Tentative, "", "", false),
                said(Tentative, "", "遅れます", false),
            ),
            (
                said(Attend, "", "遅れます", false),
                said(Attend, "", "間に合います", true),
                said(Attend, "", "間に合います", true),
            ),
            (deputy, said(Attend, "", "", false), said(Attend, "", "遅れます", false)),
            (said(Attend, "", "", false), said(Attend, "", "", false), said(Attend, "", "", false)),
        ] {
            assert_eq!(now.over(&before), expected, "{before:?} {now:?}");
        }
    }

    #[test]
    fn an_answer_that_nobody_saw_is_not_put_aside() {
        let (old, new) = (AnswerId::fresh(), AnswerId::fresh());
        let written = |id| Some((id, AnswerKind::Written));
        let cases = [
            (None, None, true),
            (None, written(new), false),
            (Some(old), written(old), true),
            (Some(old), written(new), false),
            (Some(old), None, true),
        ];
        for (seen, current, expected) in cases {
            assert_eq!(may_replace(seen, current).is_ok(), expected, "{seen:?} {current:?}");
        }
    }
}

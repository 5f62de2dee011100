//! Mail that comes back: what it is, what it says, and whether it may be believed. What can't be is left to a person.

mod beside;
mod bounce;
mod depth;
mod essence;
mod file;
mod itip;
mod read;
mod report;
mod trust;

use std::cmp::Ordering;

use chrono::{DateTime, Utc};

use super::code::codes;
use super::conference::{AnswerKind, Mode, Reply};
use super::wareki;
use crate::domain::calendar::Holidays;
use crate::id::{InvitationId, OrgId};

pub use beside::has_words;
pub use bounce::{Effect, Posted};
pub use essence::essence;
pub use file::{File, Form, file};
pub use itip::{Itip, Said};
pub use read::{Content, MAX_BYTES, Mail, read};
pub use report::{Became, Report};
pub use trust::{Checked, is_proved};

codes! {
    /// What kind of mail it is.
    MailKind {
        Reply = "reply", "出欠の返信";
        Counter = "counter", "別の日時の提案";
        Bounce = "bounce", "不達の知らせ";
        Delay = "delay", "遅れの知らせ";
        Report = "report", "配信の知らせ";
        Automatic = "automatic", "自動応答";
        Letter = "letter", "文章のメール";
        Unreadable = "unreadable", "読めないメール";
    }
}

codes! {
    /// What came of it.
    MailFate {
        Applied = "applied", "反映しました";
        Noted = "noted", "記録のみ";
        Waiting = "waiting", "確認待ち";
        Settled = "settled", "確認済み";
    }
}

codes! {
    /// Why it waits for a person.
    WhyFiled {
        Words = "words", "文章で書かれています。読んで、必要なら回答を入力してください";
        Beside = "beside", "回答は記録しました。添えられた文章があります";
        Unproved = "unproved", "送信者が本人であることを確かめられませんでした";
        WrongSender = "wrong_sender", "送信者が、回答した人として書かれている方と違います";
        NotInvited = "not_invited", "招待先として登録されたアドレスではありません";
        OldDate = "old_date", "今の日時への返信ではありません（変更前の招待への返信です）";
        Ahead = "ahead", "お送りしたものより新しい版の招待への返信です。相手の予定表の日時が合っているか確かめてください";
        Older = "older", "今の回答より前に書かれた返信です。どちらが今のお考えか確かめてください";
        DeputyNamed = "deputy_named", "代理の方が出席するとの回答があります。どちらが今のお考えか確かめてください";
        Automatic = "automatic", "自動応答です。休診・閉院や、誰も見ていないアドレスとの知らせではないか確かめてください";
        Garbled = "garbled", "配信の知らせですが、届いたかどうかを読み取れません。届いているか確かめてください";
        Unknown = "unknown", "どのカンファレンス・お知らせへのものか分かりません";
        Ambiguous = "ambiguous", "出席者や予定が1つに決まりません";
        NotUnderstood = "not_understood", "予定表の内容を読み取れません";
        OddTime = "odd_time", "提案された日時が過去・1年より先・終了が開始より前など、このままでは使えません。相手に確かめてください";
        Deputy = "deputy", "代理の方の氏名と職種を確かめてください";
        Over = "over", "カンファレンスが始まった後に届きました";
        Cancelled = "cancelled", "カンファレンスは中止になっています";
        OtherReceiver = "other_receiver", "不達の知らせですが、お送りした宛先が書かれていません。届いているか確かめてください";
        LateReport = "late_report", "送ってから7日より後に来た不達の知らせです。届いているか確かめてください";
        Contradicted = "contradicted", "届かなかったとの知らせですが、送った後に相手から回答や受領の確認があります";
        SameId = "same_id", "同じ番号（Message-ID）のメールが、別の内容で前に届いています";
        TooBig = "too_big", "大きすぎるため受け付けませんでした";
        TooDeep = "too_deep", "メールの中にメールが何重にも入っていて、安全に開けません";
        NotMail = "not_mail", "メールの形をしていません";
        Refused = "refused", "回答として記録できない内容です";
    }
}

/// A party that a conference has invited, as far as a mail can name it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Invited {
    /// The invitation.
    pub invitation: InvitationId,
    /// The organisation.
    pub org: OrgId,
    /// Its mail address, where it has one.
    pub mail: Option<String>,
}

/// Whose answer a mail is, if it may be believed: the sender is the attendee, one invited party has that address, the
/// receiving server vouches for the sender (`trusted` is that server's name), and the answer is about the date that stands.
///
/// # Errors
/// The first reason against it.
pub fn whose(mail: &Mail, itip: &Itip, parties: &[Invited], sequence: i32, trusted: &str) -> Result<Invited, WhyFiled> {
    let from = mail.from.as_deref().ok_or(WhyFiled::WrongSender)?;
    if from != itip.attendee {
        return Err(WhyFiled::WrongSender);
    }
    let party = party(parties, from)?;
    if !is_proved(&mail.checked, trusted, from) {
        return Err(WhyFiled::Unproved);
    }
    match itip.sequence.cmp(&sequence) {
        Ordering::Less => Err(WhyFiled::OldDate),
        Ordering::Equal => Ok(party.clone()),
        Ordering::Greater => Err(WhyFiled::Ahead),
    }
}

/// Whether the answer of a calendar may take the place of the one that stands: of none that came after it was written (RFC 5546
/// §2.1.5), and of none that names a deputy, of whom a calendar knows nothing. `standing` says what stands and since when. What
/// changes nothing may always come.
///
/// # Errors
/// Why a person has to look at it.
pub fn may_replace(
    written_at: Option<DateTime<Utc>>,
    answer: &Reply,
    standing: Option<(&Reply, DateTime<Utc>)>,
) -> Result<(), WhyFiled> {
    let Some((before, since)) = standing.filter(|(before, _)| answer.over(before) != **before) else { return Ok(()) };
    if before.answer == AnswerKind::Proxy {
        return Err(WhyFiled::DeputyNamed);
    }
    // A calendar counts whole seconds.
    let is_newer = written_at.is_some_and(|written| written.timestamp() >= since.timestamp());
    if is_newer { Ok(()) } else { Err(WhyFiled::Older) }
}

/// The one party that has an address.
///
/// # Errors
/// None has it, or several have.
pub fn party<'p>(parties: &'p [Invited], address: &str) -> Result<&'p Invited, WhyFiled> {
    let is_theirs = |party: &&Invited| party.mail.as_ref().is_some_and(|mail| mail.trim().to_lowercase() == address);
    let mut theirs = parties.iter().filter(is_theirs);
    match (theirs.next(), theirs.next()) {
        (Some(party), None) => Ok(party),
        (Some(_), Some(_)) => Err(WhyFiled::Ambiguous),
        (None, _) => Err(WhyFiled::NotInvited),
    }
}

/// What a calendar program said, as an answer like any other: another time becomes the new date by one press. A deputy without a licence is refused like any other, too.
#[must_use]
pub fn answer(itip: &Itip, mode: Mode, holidays: &Holidays) -> Reply {
    let (answer, deputy_name, proposal) = match &itip.said {
        Said::Accepted if mode == Mode::Video => (AnswerKind::Video, String::new(), String::new()),
        Said::Accepted => (AnswerKind::Attend, String::new(), String::new()),
        Said::Declined => (AnswerKind::Absent, String::new(), String::new()),
        Said::Tentative => (AnswerKind::Tentative, String::new(), String::new()),
        Said::Delegated { to } => (AnswerKind::Proxy, to.clone(), String::new()),
        Said::Proposed { .. } => (AnswerKind::ProposeOther, String::new(), proposed(&itip.said, holidays)),
    };
    let starts_at = match itip.said {
        Said::Proposed { starts_at, .. } => Some(starts_at),
        _ => None,
    };
    let (opinion, comment) = (String::new(), itip.comment.clone());
    Reply { deputy_name, opinion, proposal, proposed: [starts_at, None, None], comment, ..Reply::plain(answer) }
}

/// The time that a calendar program proposes, in words; nothing where it proposes none.
#[must_use]
pub fn proposed(said: &Said, holidays: &Holidays) -> String {
    match said {
        Said::Proposed { starts_at, ends_at: Some(ends_at) } => {
            format!("{}〜{}", wareki::full_at(*starts_at, holidays), wareki::clock(*ends_at))
        }
        Said::Proposed { starts_at, ends_at: None } => format!("{}〜", wareki::full_at(*starts_at, holidays)),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mail(from: &str, dmarc: &str) -> Mail {
        let raw = format!(
            "Authentication-Results: mx.example.jp; dmarc={dmarc} header.from=clinic.example.jp\r\n\
             From: {from}\r\nMessage-ID: <1@clinic.example.jp>\r\n\r\nhello\r\n"
        );
        read(raw.as_bytes()).unwrap()
    }

    #[test]
    fn an_answer_is_believed_only_from_the_one_it_is_about() {
        let party = |mail: &str| Invited {
            invitation: InvitationId::fresh(),
            org: OrgId::fresh(),
            mail: (!mail.is_empty()).then(|| mail.to_owned()),
        };
        let (sora, other, silent) = (party("Sora@Clinic.example.jp"), party("tsuki@example.jp"), party(""));
        let all = [sora.clone(), other, silent];
        let twice = [sora.clone(), sora.clone()];
        let itip = |attendee: &str, sequence| Itip {
            said: Said::Accepted,
            conference: None,
            sequence,
            attendee: attendee.into(),
            written_at: None,
            comment: String::new(),
        };
        let me = "sora@clinic.example.jp";
        let cases = [
            (me, "pass", itip(me, 1), &all[..], "mx.example.jp", Ok(())),
            ("SORA@clinic.example.jp", "pass", itip(me, 1), &all, "mx.example.jp", Ok(())),
            (me, "pass", itip(me, 1), &all, "", Err(WhyFiled::Unproved)),
            (me, "pass", itip(me, 1), &all, "mx.other.jp", Err(WhyFiled::Unproved)),
            (me, "fail", itip(me, 1), &all, "mx.example.jp", Err(WhyFiled::Unproved)),
            (me, "pass", itip("tsuki@example.jp", 1), &all, "mx.example.jp", Err(WhyFiled::WrongSender)),
            (
                "who@clinic.example.jp",
                "pass",
                itip("who@clinic.example.jp", 1),
                &all,
                "mx.example.jp",
                Err(WhyFiled::NotInvited),
            ),
            (me, "pass", itip(me, 1), &twice, "mx.example.jp", Err(WhyFiled::Ambiguous)),
            (me, "pass", itip(me, 0), &all, "mx.example.jp", Err(WhyFiled::OldDate)),
            (me, "pass", itip(me, 2), &all, "mx.example.jp", Err(WhyFiled::Ahead)),
        ];
        for (from, dmarc, itip, parties, trusted, expected) in cases {
            let found = whose(&mail(from, dmarc), &itip, parties, 1, trusted);
            assert_eq!(found.map(|found| found.org), expected.map(|()| sora.org), "{from} {itip:?}");
        }
    }

    #[test]
    fn an_older_answer_never_takes_the_place_of_a_newer_one() {
        use AnswerKind::{Absent, Attend, ProposeOther, Proxy, Tentative, Written};
        let utc = |text: &str| format!("2026-11-24T{text}Z").parse::<DateTime<Utc>>().unwrap();
        let since = utc("09:00:00.7");
        let cases = [
            (Attend, Some("08:59:59"), Some(Absent), Err(WhyFiled::Older)),
            (Attend, Some("09:00:00"), Some(Absent), Ok(())),
            (Attend, Some("09:00:01"), Some(Absent), Ok(())),
            (Absent, Some("08:59:59"), Some(Written), Err(WhyFiled::Older)),
            (ProposeOther, Some("08:59:59"), Some(Attend), Err(WhyFiled::Older)),
            (Attend, None, Some(Absent), Err(WhyFiled::Older)),
            (Attend, Some("08:59:59"), Some(Attend), Ok(())),
            (Attend, None, Some(Attend), Ok(())),
            (Attend, Some("08:59:59"), None, Ok(())),
            (Attend, None, None, Ok(())),
            (Attend, Some("10:00:00"), Some(Proxy), Err(WhyFiled::DeputyNamed)),
            (Tentative, Some("10:00:00"), Some(Proxy), Err(WhyFiled::DeputyNamed)),
            (Absent, Some("08:00:00"), Some(Proxy), Err(WhyFiled::DeputyNamed)),
        ];
        for (answer, written, before, expected) in cases {
            let before = before.map(Reply::plain);
            let found =
                may_replace(written.map(utc), &Reply::plain(answer), before.as_ref().map(|reply| (reply, since)));
            assert_eq!(found, expected, "{answer:?} {written:?} over {before:?}");
        }
    }
}

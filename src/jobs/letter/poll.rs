//! Letters of a poll: which dates are asked about, and which one it became. Who said ○ isn't asked again.

use super::conference::whereabouts;
use super::{Desk, case_code, hospital};
use crate::domain::calendar::Holidays;
use crate::domain::conference::AnswerKind;
use crate::domain::notice::NoticeKind;
use crate::domain::poll::Vote;
use crate::domain::wareki;
use crate::store::notices::planned::Planned;

/// Whether a message is about a date that is, or was, only sought.
#[must_use]
pub fn is_undated(notice: &Planned) -> bool {
    notice.poll_closes_at.is_some() && notice.fixed_at.is_none()
}

/// Whether a message tells the date to somebody who has said ○ to it, or has proposed it.
#[must_use]
pub fn confirms(notice: &Planned) -> bool {
    match notice.kind {
        NoticeKind::Invite => was_polled(notice) && notice.vote == Some(Vote::Yes) && notice.answer.is_some(),
        NoticeKind::Moved => {
            notice.has_proposed && matches!(notice.answer, Some(AnswerKind::Attend | AnswerKind::Video))
        }
        _ => false,
    }
}

fn was_polled(notice: &Planned) -> bool {
    notice.was_polled == Some(true)
}

/// 「12月1日（火）17:00まで」, or that it is late already.
#[must_use]
pub fn until(notice: &Planned, desk: &Desk<'_>) -> String {
    match notice.poll_closes_at {
        Some(closes_at) if closes_at > desk.now => format!("{}まで", wareki::full_at(closes_at, desk.holidays)),
        _ => "できるだけ早く".to_owned(),
    }
}

/// The slots, one line each: 「① 令和8年12月3日（木）14:00〜14:30」.
#[must_use]
pub fn slots(notice: &Planned, holidays: &Holidays) -> Vec<String> {
    let line = |(sign, slot): (char, &crate::store::polls::Slot)| {
        format!("{sign} {}〜{}", wareki::full_at(slot.starts_at, holidays), wareki::clock(slot.ends_at))
    };
    ('①'..).zip(&notice.slots).map(line).collect()
}

/// Subject and first lines of a message about a date that is, or was, only sought.
pub(super) fn undated(notice: &Planned, desk: &Desk<'_>) -> (String, String) {
    let (mark, opening) = match notice.kind {
        NoticeKind::Cancelled if notice.revoked_at.is_some() => (
            "ご回答は不要になりました",
            format!(
                "ご都合をうかがっていた退院前カンファレンスには、ご出席いただかなくてよいことになりました。\n\n{}",
                because(notice.revoked_reason.as_deref())
            ),
        ),
        NoticeKind::Cancelled => (
            "日程調整の中止",
            format!(
                "ご都合をうかがっていた退院前カンファレンスの日程調整は、中止になりました。\n\
                 候補の日時を空けてくださっていたのに申し訳ありません。\n\n{}",
                because(notice.state_reason.as_deref())
            ),
        ),
        NoticeKind::PollAgain => (
            "日程のご回答のお願い",
            format!(
                "退院前カンファレンスの候補日に、まだお返事をいただいていません。\n{}、ご都合をお知らせください。\n\n",
                until(notice, desk)
            ),
        ),
        _ => (
            "日程調整のお願い",
            format!(
                "{}です。いつもお世話になっております。\n\
                 入院前に支えてくださっていたみなさんと、退院後の暮らしを相談する会を開きます。\n\
                 次の候補日のご都合を、{}お知らせください。\n\n",
                hospital(notice),
                until(notice, desk)
            ),
        ),
    };
    (format!("【{mark}】退院前カンファレンス（案件番号 {}）", case_code(notice)), opening)
}

fn because(reason: Option<&str>) -> String {
    match reason.unwrap_or_default() {
        "" => String::new(),
        reason => format!("理由　{reason}\n"),
    }
}

/// The rest of such a message: the slots, and where to vote.
pub(super) fn details(notice: &Planned, desk: &Desk<'_>) -> String {
    let slots = slots(notice, desk.holidays).join("\n");
    let page = format!("{}/a/{}", desk.base_url, desk.token);
    let vote = if notice.kind.asks_for_votes() && !desk.token.is_empty() {
        format!(
            "\n候補日ごとに、○（出られる）・△（調整できる）・×（出られない）をお選びください。サインインは要りません。\n{page}\n\n\
             日程が決まるまで、何度でも変えられます。お電話でもうけたまわります。\n"
        )
    } else {
        String::new()
    };
    format!("候補日\n{slots}\n\n{}案件番号　{}\n{vote}", whereabouts(notice), case_code(notice))
}

/// What an invitation to a date that came of a poll begins with; none where the party wasn't asked for votes.
pub(super) fn fixed(notice: &Planned) -> Option<(&'static str, String)> {
    if !was_polled(notice) {
        return None;
    }
    let words = match notice.vote {
        Some(Vote::Yes) if notice.answer.is_some() => {
            "「○」とお答えいただいた日時です。ご出席として承りましたので、あらためてのご返事は要りません。"
        }
        Some(Vote::Yes) => "この日時には「○」とお答えいただいていました。ご出欠をお知らせください。",
        Some(Vote::Maybe) => "この日時には「△」とお答えいただいていました。ご出席いただけるか、お知らせください。",
        Some(Vote::No) => {
            "この日時には「×」とお答えいただいていました。ビデオ・代理の方・書面でのご意見でもご参加いただけます。\nご都合をお知らせください。"
        }
        None => "候補日へのお返事をうかがえないまま、次の日時に決まりました。\nご都合をお知らせください。",
    };
    Some(("日程が決まりました", format!("退院前カンファレンスの日程が決まりました。\n{words}\n\n")))
}

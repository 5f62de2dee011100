//! Letters about a conference that is to come: invitation, move, cancellation, reminders, with what a calendar program reads.

use chrono::{DateTime, Utc};

use super::{Desk, case_code, hospital, poll};
use crate::domain::calendar::{day_of, days_left};
use crate::domain::conference::Mode;
use crate::domain::notice::NoticeKind;
use crate::domain::wareki;
use crate::ics::{Meeting, Method, Party};
use crate::jobs::mail;
use crate::store::notices::planned::Planned;

/// What a message about a conference begins with: the mark of its subject, and its first lines.
fn opening(notice: &Planned, desk: &Desk<'_>, starts_at: DateTime<Utc>) -> (&'static str, String) {
    let was = notice.was_starts_at.map(|was| format!("もとの日時　{}\n", wareki::full_at(was, desk.holidays)));
    let because = |reason: &Option<String>| match reason.as_deref().unwrap_or_default() {
        "" => String::new(),
        reason => format!("理由　{reason}\n"),
    };
    match notice.kind {
        NoticeKind::Moved if notice.was_starts_at == Some(starts_at) => (
            "変更のお知らせ",
            format!(
                "退院前カンファレンスの場所・リンクなどが変わりました。開始の日時は変わりません。\n\
                 ご回答がまだの場合は、ご都合をお知らせください。\n\n{}",
                because(&notice.move_reason)
            ),
        ),
        NoticeKind::Moved if was.is_some() && poll::confirms(notice) => (
            "日時変更",
            format!(
                "退院前カンファレンスが、ご希望いただいた日時に変わりました。\n\
                 ご出席として承りましたので、あらためてのご返事は要りません。\n\n{}{}",
                was.unwrap_or_default(),
                because(&notice.move_reason)
            ),
        ),
        NoticeKind::Moved if was.is_some() => (
            "日時変更",
            format!(
                "退院前カンファレンスの日時が変わりました。\nお手数ですが、あらためてご都合をお知らせください。\n\n{}{}",
                was.unwrap_or_default(),
                because(&notice.move_reason)
            ),
        ),
        NoticeKind::Cancelled if notice.revoked_at.is_some() => (
            "ご出席は不要になりました",
            format!(
                "お願いしていた次の退院前カンファレンスには、ご出席いただかなくてよいことになりました。\n\
                 ご予定くださっていたのに申し訳ありません。\n\n{}",
                because(&notice.revoked_reason)
            ),
        ),
        NoticeKind::Cancelled => (
            "中止",
            format!(
                "次の退院前カンファレンスは中止になりました。\nご予定くださっていたのに申し訳ありません。\n\n{}",
                because(&notice.state_reason)
            ),
        ),
        NoticeKind::D7 => {
            ("ご回答のお願い", "退院前カンファレンスが近づいてきました。\nご出欠をお知らせください。\n\n".to_owned())
        }
        NoticeKind::D3 | NoticeKind::Again => (
            "ご回答のお願い",
            "退院前カンファレンスのご出欠を、まだうかがっていません。\nあらためて、ご都合をお知らせください。\n\n"
                .to_owned(),
        ),
        NoticeKind::D1 if days_left(day_of(desk.now), day_of(starts_at)) == 1 => {
            ("明日です", "明日は退院前カンファレンスです。\n時刻と場所をもう一度お知らせします。\n\n".to_owned())
        }
        // Before days off, the last open day may be three days ahead: the date says it.
        NoticeKind::D1 => (
            "時刻と場所の確認",
            format!(
                "退院前カンファレンスは{}です。\n時刻と場所をもう一度お知らせします。\n\n",
                wareki::full(day_of(starts_at), desk.holidays)
            ),
        ),
        NoticeKind::SameDay => ("本日です", "本日は退院前カンファレンスです。お待ちしております。\n\n".to_owned()),
        NoticeKind::Invite if let Some(fixed) = poll::fixed(notice) => fixed,
        // Who heard of no other date is invited to this one.
        NoticeKind::Invite
        | NoticeKind::Moved
        | NoticeKind::Admitted
        | NoticeKind::Discharged
        | NoticeKind::DischargeDay
        | NoticeKind::BedReport
        | NoticeKind::Minutes
        | NoticeKind::Receipt3d
        | NoticeKind::Decision
        | NoticeKind::Poll
        | NoticeKind::PollAgain
        | NoticeKind::BedAsked
        | NoticeKind::BedAnswered
        | NoticeKind::BedSilent
        | NoticeKind::BedConfirmed
        | NoticeKind::BedWithdrawn
        | NoticeKind::BedTakenBack
        | NoticeKind::BedExpired
        | NoticeKind::BedArrival
        | NoticeKind::BedAdmitted
        | NoticeKind::BedNotAdmitted
        | NoticeKind::LetterDue
        | NoticeKind::ExchangeDue
        | NoticeKind::ExchangeAgain => (
            "ご招待",
            format!(
                "{}です。いつもお世話になっております。\n\
                 入院前に支えてくださっていたみなさんと、退院後の暮らしを相談する会を開きます。\n\
                 ぜひお力をお貸しください。\n\n",
                hospital(notice)
            ),
        ),
    }
}

pub(super) fn letter(notice: &Planned, desk: &Desk<'_>) -> Option<(String, String)> {
    let starts_at = notice.speaks_of()?;
    let (mark, opening) = opening(notice, desk, starts_at);
    let day = wareki::table(day_of(starts_at), desk.holidays);
    let subject =
        format!("【{mark}】退院前カンファレンス {day} {}（案件番号 {}）", wareki::clock(starts_at), case_code(notice));
    Some((subject, opening))
}

pub(super) fn details(notice: &Planned, desk: &Desk<'_>) -> Option<String> {
    // An older date had an end and a place of its own, which aren't kept.
    let (until, place) = if notice.is_current() {
        (format!("〜{}", wareki::clock(notice.ends_at?)), whereabouts(notice))
    } else {
        Default::default()
    };
    Some(format!(
        "日時　　　{}{until}\n{place}案件番号　{}\n{}",
        wareki::full_at(notice.speaks_of()?, desk.holidays),
        case_code(notice),
        answer_link(notice, desk)
    ))
}

pub(super) fn whereabouts(notice: &Planned) -> String {
    let line = |label: &str, value: &Option<String>| match value.as_deref().unwrap_or_default() {
        "" => String::new(),
        value => format!("{label}{value}\n"),
    };
    let mode = notice.mode.map(|mode| format!("方法　　　{}\n", mode.label())).unwrap_or_default();
    format!("{mode}{}{}", line("場所　　　", &notice.place), line("ビデオ　　", &notice.video_url))
}

fn answer_link(notice: &Planned, desk: &Desk<'_>) -> String {
    if desk.token.is_empty() || notice.kind == NoticeKind::Cancelled {
        return String::new();
    }
    let page = format!("{}/a/{}", desk.base_url, desk.token);
    if poll::confirms(notice) {
        return format!(
            "\nご都合が変わったときは、次のページかお電話でお知らせください。\n{page}\n\n予定表に入れる\n{page}/calendar.ics\n"
        );
    }
    match notice.kind {
        NoticeKind::Invite | NoticeKind::Moved | NoticeKind::D7 | NoticeKind::D3 | NoticeKind::Again => format!(
            "\nご都合は、次のページでお選びください。サインインは要りません。\n{page}\n\n\
             出席のほか、ビデオ、代理の方、書面でのご意見、別の時間のご提案もお選びいただけます。\n\
             始まるまで、何度でも変えられます。お電話でもうけたまわります。\n\n\
             予定表に入れる\n{page}/calendar.ics\n"
        ),
        _ => format!("\nご都合が変わったときは、次のページかお電話でお知らせください。\n{page}\n"),
    }
}

pub(super) fn calendar(notice: &Planned, desk: &Desk<'_>) -> Option<(Method, String)> {
    let method = match notice.kind {
        _ if poll::is_undated(notice) => return None,
        NoticeKind::Invite | NoticeKind::Moved => Method::Request,
        NoticeKind::Cancelled => Method::Cancel,
        _ => return None,
    };
    let url = match method {
        Method::Cancel => String::new(),
        Method::Request | Method::Publish => format!("{}/a/{}", desk.base_url, desk.token),
    };
    let (starts_at, length) = (notice.speaks_of()?, notice.ends_at? - notice.starts_at?);
    let meeting = Meeting {
        method,
        uid: format!("{}@{}", notice.conference_id?, mail::host(desk.base_url)),
        sequence: notice.sequence,
        stamp: desk.now,
        starts_at,
        ends_at: starts_at + length,
        cancelled: method == Method::Cancel,
        organiser: Party { name: hospital(notice).to_owned(), mail: desk.sender.clone() },
        attendee: Some(Party { name: notice.org_name.clone(), mail: notice.address.clone() }),
        accepted: poll::confirms(notice),
        summary: format!("退院前カンファレンス（案件番号 {}）", case_code(notice)),
        location: if notice.is_current() { location(notice) } else { String::new() },
        url,
    };
    Some((method, meeting.write()))
}

fn location(notice: &Planned) -> String {
    let chosen = if notice.mode == Some(Mode::Video) { &notice.video_url } else { &notice.place };
    chosen.clone().unwrap_or_default()
}

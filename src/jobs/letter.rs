//! The words of every message. Institution, case code, date, place, link and telephone: never a patient's name, a diagnosis
//! or a chart number, for a mail passes through many hands.

mod after;
mod ending;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::calendar::{Holidays, day_of, days_left};
use crate::domain::conference::Mode;
use crate::domain::notice::{NoticeKind, numbered_day};
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::ics::{Meeting, Method, Party};
use crate::jobs::mail;
use crate::store::notices::send::Planned;

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
    /// The token of the answer link; empty where there is no invitation.
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
        let token = notice.invitation_id.map(|id| app.secret.link(id)).unwrap_or_default();
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
        NoticeKind::Admitted | NoticeKind::Discharged | NoticeKind::DischargeDay => who_it_is(notice, desk),
        NoticeKind::BedReport => String::new(),
        _ => details(notice, desk).unwrap_or_default(),
    };
    let text = message + &rest;
    Ok(Piece { subject, text, calendar: calendar(notice, desk) })
}

/// What a message says whatever way it goes: its subject, and its first lines.
///
/// # Errors
/// It is about a conference, and there is none.
pub fn essence(notice: &Planned, desk: &Desk<'_>) -> Result<(String, String)> {
    Ok(match notice.kind {
        NoticeKind::Admitted => admitted(notice),
        NoticeKind::Discharged => discharged(notice),
        NoticeKind::DischargeDay => discharge_day(notice, desk),
        NoticeKind::BedReport => bed_report(desk),
        NoticeKind::Minutes | NoticeKind::Receipt3d | NoticeKind::Decision => {
            after::letter(notice, desk).ok_or_else(|| Error::internal("a notice without its conference"))?
        }
        _ => conference(notice, desk).ok_or_else(|| Error::internal("a notice without its conference"))?,
    })
}

/// Puts the messages to one receiver into one mail; a single one reads as a letter of its own.
#[must_use]
pub fn together(app: &App, messages: Vec<(&Planned, Piece)>) -> Letter {
    let ending = Ending::of(app, messages.iter().map(|(notice, _)| *notice));
    match <[_; 1]>::try_from(messages) {
        Ok([(notice, piece)]) => {
            let from: String = sender(notice).iter().map(|line| format!("{line}\n")).collect();
            let body = format!("{}\n\n{}\n――――――――\n{from}{}", greeting(notice), piece.text, ending.text());
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
        let sender = sender(notice).join("　");
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

/// Who writes, and how to reach them.
fn sender(notice: &Planned) -> Vec<String> {
    let Some(hospital) = &notice.hospital_name else { return Vec::new() };
    let organiser = notice.organiser_name.as_ref().map(|name| format!("　担当 {name}")).unwrap_or_default();
    let phone = notice.hospital_phone.as_ref().map(|phone| format!("電話 {phone}"));
    [format!("{hospital}{organiser}")].into_iter().chain(phone).collect()
}

fn case_code(notice: &Planned) -> &str {
    notice.case_code.as_deref().unwrap_or_default()
}

fn hospital(notice: &Planned) -> &str {
    notice.hospital_name.as_deref().unwrap_or_default()
}

/// How somebody who may not be named in a mail is found nevertheless.
fn who_it_is(notice: &Planned, desk: &Desk<'_>) -> String {
    let call = match &notice.hospital_phone {
        Some(phone) => format!("{} 地域連携室（{phone}）へお電話で", hospital(notice)),
        None => format!("{} 地域連携室へお電話で", hospital(notice)),
    };
    format!(
        "どなたのことかは、おかえりにサインインして「共有された案件」でご覧になるか、\n\
         {call}、案件番号 {} とお伝えください。\n\n{}/shared\n",
        case_code(notice),
        desk.base_url
    )
}

fn admitted(notice: &Planned) -> (String, String) {
    let subject = format!("【入院のお知らせ】{}（案件番号 {}）", hospital(notice), case_code(notice));
    let text = format!(
        "{}です。いつもお世話になっております。\n\
         貴院・貴事業所がふだん支えておられる方が、当院に入院されました。\n\
         退院のときは、また元のみなさんのもとへお帰りいただけるよう調整を始めています。\n\
         入院前のご様子など、お気づきのことがあればお知らせください。\n\n",
        hospital(notice)
    );
    (subject, text)
}

fn discharged(notice: &Planned) -> (String, String) {
    let subject = format!("【退院のお知らせ】{}（案件番号 {}）", hospital(notice), case_code(notice));
    let text = format!(
        "{}です。いつもお世話になっております。\n\
         当院に入院されていた、貴院・貴事業所がふだん支えておられる方が退院されました。\n\
         これからのことを、どうぞよろしくお願いいたします。\n\n",
        hospital(notice)
    );
    (subject, text)
}

fn discharge_day(notice: &Planned, desk: &Desk<'_>) -> (String, String) {
    let day = numbered_day(notice.sequence);
    let day = day.map_or_else(|| "未定（決まりしだいお知らせします）".into(), |day| wareki::full(day, desk.holidays));
    let subject = format!("【退院予定日の変更】{}（案件番号 {}）", hospital(notice), case_code(notice));
    let text = format!(
        "{}です。いつもお世話になっております。\n\
         ご一緒に調整している方の退院予定日が変わりました。\n\n\
         退院予定日　{day}\n\n\
         サービスの再開や訪問のご予定にお役立てください。\n\n",
        hospital(notice)
    );
    (subject, text)
}

fn bed_report(desk: &Desk<'_>) -> (String, String) {
    let day = wareki::table(day_of(desk.now), desk.holidays);
    let text = format!(
        "{day} の空床報告が、まだ届いていません。\n\
         地域のみなさんが受入先を探しています。30秒ほどで済みますので、ご報告をお願いいたします。\n\
         昨日と変わりがなければ、「変更なし」を押すだけで終わります。\n\n{}/beds/report\n",
        desk.base_url
    );
    (format!("【空床報告のお願い】{day}"), text)
}

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
        NoticeKind::Minutes24h => {
            ("議事録のお願い", "退院前カンファレンスの議事録が、まだ共有されていません。\n\n".to_owned())
        }
        // Who heard of no other date is invited to this one.
        NoticeKind::Invite
        | NoticeKind::Moved
        | NoticeKind::Admitted
        | NoticeKind::Discharged
        | NoticeKind::DischargeDay
        | NoticeKind::BedReport
        | NoticeKind::Minutes
        | NoticeKind::Receipt3d
        | NoticeKind::Decision => (
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

fn conference(notice: &Planned, desk: &Desk<'_>) -> Option<(String, String)> {
    let starts_at = notice.speaks_of()?;
    let (mark, opening) = opening(notice, desk, starts_at);
    let day = wareki::table(day_of(starts_at), desk.holidays);
    let subject =
        format!("【{mark}】退院前カンファレンス {day} {}（案件番号 {}）", wareki::clock(starts_at), case_code(notice));
    Some((subject, opening))
}

fn details(notice: &Planned, desk: &Desk<'_>) -> Option<String> {
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

fn whereabouts(notice: &Planned) -> String {
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

fn calendar(notice: &Planned, desk: &Desk<'_>) -> Option<(Method, String)> {
    let method = match notice.kind {
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

//! A message as a FAX sheet: the letter's own words between a cover and a reply slip; and the sheet as a mail to a gateway
//! that dials.

use std::time::SystemTime;

use lettre::Message;
use lettre::message::header::ContentType;
use lettre::message::{Attachment, Mailbox, MultiPart, SinglePart};

use super::letter::{self, Desk, poll};
use super::mail;
use crate::app::App;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::conference::{AnswerKind, Mode};
use crate::domain::fax::{answer_by, digits};
use crate::domain::notice::{NoticeKind, numbered_day};
use crate::domain::short_code;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::NoticeId;
use crate::print::fax::{End, Sheet, Slip};
use crate::store::db::Tx;
use crate::store::fax::codes;
use crate::store::fax::queue::{self, Ends, Pile};
use crate::store::notices::planned::{self, Planned};
use crate::store::region;
use crate::words::request as words;

/// The sheets of these messages of a pile, in this order. One whose number isn't verified has none.
///
/// # Errors
/// [`Error::NotFound`] where one isn't theirs; the database refuses.
pub async fn sheets(app: &App, pile: Pile, notices: &[NoticeId]) -> Result<Vec<Sheet>> {
    let now = app.clock.now();
    let mut tx = app.look().await?;
    let holidays = region::holidays(&mut tx).await?;
    let mut sheets = Vec::new();
    for id in notices {
        let notice = planned::find_in_pile(&mut tx, pile, now, *id).await?;
        sheets.extend(one(app, &mut tx, &holidays, &notice).await?);
    }
    Ok(sheets)
}

/// The sheet of a message; none where its number isn't verified.
async fn one(app: &App, tx: &mut Tx, holidays: &Holidays, notice: &Planned) -> Result<Option<Sheet>> {
    let Some(ends) = queue::ends(tx, notice.id).await? else { return Ok(None) };
    sheet(notice, ends, &Desk::of(app, holidays, notice, app.clock.now())).map(Some)
}

/// A message as a mail to the gateway that dials; none where there is no gateway, or no verified number. The carrier hands it
/// to the mail server like any other.
///
/// # Errors
/// It can't be printed or written as a mail; the database refuses.
pub async fn by_gateway(app: &App, holidays: &Holidays, notice: &Planned, from: &Mailbox) -> Result<Option<Message>> {
    let Some(gateway) = &app.fax else { return Ok(None) };
    if notice.invitation_id.is_some() || notice.registration_id.is_some() {
        let mut tx = app.bookkeep().await?;
        codes::ensure_for(&mut tx, notice.invitation_id, notice.registration_id.zip(Some(notice.sequence))).await?;
        tx.commit().await?;
    }
    let Some(ends) = queue::ends(&mut app.look().await?, notice.id).await? else { return Ok(None) };
    let number = ends.fax.clone();
    let sheet = sheet(notice, ends, &Desk::of(app, holidays, notice, app.clock.now()))?;
    let pdf = crate::print::fax::sheets(&app.press, &[sheet]).await?;
    gateway.mail(app, notice.id, &number, from, pdf).map(Some)
}

/// The sheet of one message.
///
/// # Errors
/// It is about a conference, and there is none.
pub fn sheet(notice: &Planned, ends: Ends, desk: &Desk<'_>) -> Result<Sheet> {
    let (subject, message) = letter::essence(notice, desk)?;
    let today = day_of(desk.now);
    let asks = asks(notice);
    let by = match notice.poll_closes_at.filter(|_| notice.kind.asks_for_votes()) {
        Some(closes_at) => Some(day_of(closes_at)).filter(|day| *day >= today),
        None if notice.kind.asks_for_exchange() => numbered_day(notice.sequence).filter(|day| *day >= today),
        None => notice.starts_at.and_then(|at| answer_by(today, day_of(at), desk.holidays)),
    };
    let by = by.map(|day| wareki::table(day, desk.holidays));
    let need = ends.need()?;
    let by = by.or_else(|| need.as_ref().and(notice.answer_by).map(|at| wareki::table_at(at, desk.holidays)));
    let (by, until) = match by {
        Some(by) => (format!("{by}まで"), format!("{by}までにお送りください")),
        None => ("できるだけ早く".to_owned(), "できるだけ早くお送りください".to_owned()),
    };
    let is_request = need.is_some();
    let slip = ends.short_code.filter(|_| asks).map(|code| Slip {
        code: short_code::printed(&code),
        fax: ends.hospital_fax.clone(),
        until,
        choices: notice.mode.map(|mode| choices(mode, notice.video_url.as_deref())).unwrap_or_default(),
        when: notice.starts_at.map(|at| wareki::full_at(at, desk.holidays)).unwrap_or_default(),
        is_request,
        slots: if notice.kind.asks_for_votes() { poll::slots(notice, desk.holidays) } else { Vec::new() },
        is_exchange: notice.kind.asks_for_exchange(),
        address: format!("{}/a", desk.base_url),
        link: format!("{}/a?code={code}", desk.base_url),
    });
    let code = notice.case_code.clone().unwrap_or_default();
    Ok(Sheet {
        printed: wareki::full_at(desk.now, desk.holidays),
        // The code stands at the head of the sheet.
        subject: subject.strip_suffix(&format!("（案件番号 {code}）")).unwrap_or(&subject).to_owned(),
        answer: if asks { format!("要返信　{by}") } else { "返信不要".to_owned() },
        body: if is_request { letter::request::asked_on_paper(notice) } else { lines(&message) },
        facts: need.map_or_else(
            || facts(notice, desk.holidays),
            |need| words::need(&need).into_iter().map(|(term, said)| (term.to_owned(), said)).collect(),
        ),
        foot: foot(notice, slip.is_some()),
        to: End { name: notice.org_name.clone(), person: ends.person, phone: ends.phone, fax: ends.fax },
        from: End {
            name: notice.hospital_name.clone().unwrap_or_default(),
            person: ends.sender,
            phone: notice.hospital_phone.clone().unwrap_or_default(),
            fax: ends.hospital_fax,
        },
        slip,
        code_is: if notice.registration_id.is_some() { "登録番号" } else { "案件番号" },
        code,
    })
}

fn lines(message: &str) -> Vec<String> {
    message.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned).collect()
}

/// Whether the message asks for an answer; on the last day only where none was given.
fn asks(notice: &Planned) -> bool {
    match notice.kind {
        NoticeKind::Invite | NoticeKind::Moved => !poll::confirms(notice),
        NoticeKind::D7 | NoticeKind::D3 | NoticeKind::Again | NoticeKind::BedAsked => true,
        kind if kind.asks_for_votes() || kind.asks_for_exchange() => true,
        NoticeKind::D1 => notice.answer.is_none(),
        _ => false,
    }
}

/// What can be ticked on the slip, as on the page behind the link; what one writes beside it has its place there.
fn choices(mode: Mode, video_url: Option<&str>) -> Vec<&'static str> {
    let has_link = video_url.is_some_and(|url| !url.is_empty());
    let attend = if mode == Mode::Phone { "電話で出席" } else { "出席" };
    let video = if has_link { "ビデオで出席" } else { "ビデオを希望" };
    [(AnswerKind::Attend, attend), (AnswerKind::Video, video), (AnswerKind::Absent, "欠席")]
        .into_iter()
        .filter(|(answer, _)| mode.offers(*answer))
        .map(|(_, words)| words)
        .collect()
}

fn facts(notice: &Planned, holidays: &Holidays) -> Vec<(String, String)> {
    if notice.kind.follows_up() {
        return Vec::new();
    }
    let (Some(starts_at), Some(ends_at)) = (notice.speaks_of(), notice.ends_at) else { return Vec::new() };
    let undated = poll::is_undated(notice);
    if !undated && !notice.is_current() {
        return vec![("日時".to_owned(), wareki::full_at(starts_at, holidays))];
    }
    let when = if undated {
        String::new()
    } else {
        format!("{}〜{}", wareki::full_at(starts_at, holidays), wareki::clock(ends_at))
    };
    let slots = poll::slots(notice, holidays).into_iter().map(|slot| ("候補日", slot));
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let mode = notice.mode.map(|mode| mode.label().to_owned()).unwrap_or_default();
    [("日時", when), ("方法", mode), ("場所", text(&notice.place)), ("ビデオ", text(&notice.video_url))]
        .into_iter()
        .chain(slots)
        .filter(|(_, value)| !value.is_empty())
        .map(|(term, value)| (term.to_owned(), value))
        .collect()
}

/// How to answer, or how to hear whom a message about a case means.
fn foot(notice: &Planned, has_slip: bool) -> Vec<String> {
    let phone = notice.hospital_phone.as_deref().map(|phone| format!("（{phone}）")).unwrap_or_default();
    let hospital = notice.hospital_name.as_deref().unwrap_or_default();
    let code = notice.case_code.as_deref().unwrap_or_default();
    if has_slip && notice.request_id.is_some() {
        vec![format!("案件番号 {code} とお伝えいただければ、{hospital}{phone}でお電話でも回答をうけたまわります。")]
    } else if notice.request_id.is_some() {
        vec![format!("ご連絡は、{hospital}{phone}へお電話で、案件番号 {code} とお伝えください。")]
    } else if notice.registration_id.is_some() {
        vec!["返信票にご記入のうえ、FAXでお送りください。スマートフォンやパソコンでも答えられます。".to_owned()]
    } else if has_slip {
        vec!["ご都合を、返信票でお知らせください。お電話でもうけたまわります。".to_owned()]
    } else if notice.conference_id.is_none() {
        vec![format!("どなたのことかは、{hospital} 地域連携室{phone}へお電話で、案件番号 {code} とお伝えください。")]
    } else if notice.kind == NoticeKind::Cancelled || notice.kind.follows_up() {
        Vec::new()
    } else {
        vec![format!("ご都合が変わったときは、お電話{phone}でお知らせください。")]
    }
}

/// The address of a gateway that dials what stands before the `@`: `{number}@fax.example.jp`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Gateway(String);

impl Gateway {
    /// Reads the setting.
    ///
    /// # Errors
    /// It has no `{number}` in it, or isn't a mail address around it.
    pub fn parse(setting: &str) -> Result<Self> {
        let gateway = Self(setting.trim().to_owned());
        let is_one = gateway.0.contains("{number}") && gateway.address("0312345678").is_some();
        if is_one { Ok(gateway) } else { Err(Error::internal("OKAERI_FAX_GATEWAY: such as {number}@fax.example.jp")) }
    }

    fn address(&self, number: &str) -> Option<lettre::Address> {
        mail::address(&self.0.replace("{number}", &digits(number)))
    }

    /// The mail that makes the gateway send this PDF. Its Message-ID is the notice's, as every mail's here.
    fn mail(&self, app: &App, notice: NoticeId, number: &str, from: &Mailbox, pdf: Vec<u8>) -> Result<Message> {
        let to = self.address(number).ok_or_else(|| Error::internal("a FAX number that can't be dialled"))?;
        let kind = ContentType::parse("application/pdf").map_err(Error::internal)?;
        let parts = MultiPart::mixed()
            .boundary(notice.to_string())
            .singlepart(SinglePart::plain(String::new()))
            .singlepart(Attachment::new("fax.pdf".to_owned()).body(pdf, kind));
        Message::builder()
            .from(from.clone())
            .to(Mailbox::new(None, to))
            .subject("FAX")
            .date(SystemTime::from(app.clock.now()))
            .message_id(Some(format!("<{notice}@{}>", mail::host(&app.base_url))))
            .multipart(parts)
            .map_err(Error::internal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_offers_what_the_meeting_does() {
        for (mode, url, expected) in [
            (Mode::InPerson, Some(""), &["出席", "ビデオを希望", "欠席"][..]),
            (Mode::InPerson, Some("https://video.example.jp/1"), &["出席", "ビデオで出席", "欠席"]),
            (Mode::Video, Some("https://video.example.jp/1"), &["ビデオで出席", "欠席"]),
            (Mode::Phone, None, &["電話で出席", "欠席"]),
        ] {
            assert_eq!(choices(mode, url), expected, "{mode:?} {url:?}");
        }
    }

    #[test]
    fn a_gateway_has_a_place_for_the_number() {
        let gateway = Gateway::parse(" {number}@fax.example.jp ").unwrap();
        assert_eq!(gateway.address("０42-000-2041").unwrap().to_string(), "0420002041@fax.example.jp");
        for setting in ["", "fax@example.jp", "{number}", "{number}@", "{number}@a b"] {
            assert!(Gateway::parse(setting).is_err(), "{setting}");
        }
    }
}

//! When and where: as a form, and in words.

use chrono::{DateTime, TimeDelta, Utc};
use maud::{Markup, html};

use crate::domain::calendar::{self, Holidays};
use crate::domain::conference::{ConferenceState, Meeting, Mode};
use crate::domain::wareki;
use crate::store::conferences::Conference;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::form::{Choice, pair};

/// How long a conference takes unless somebody says otherwise.
const USUAL: TimeDelta = TimeDelta::minutes(30);

/// A form with a meeting in it.
pub(super) fn form_of(meeting: &Meeting) -> Form {
    Form::of([
        ("day", calendar::day_of(meeting.starts_at).to_string()),
        ("starts", time(meeting.starts_at)),
        ("ends", time(meeting.ends_at)),
        ("mode", meeting.mode.code().into()),
        ("place", meeting.place.clone()),
        ("video_url", meeting.video_url.clone()),
    ])
}

/// A form for a meeting that nobody has thought of yet.
pub(super) fn empty() -> Form {
    Form::of([("starts", "14:00".into()), ("ends", "14:30".into()), ("mode", Mode::InPerson.code().into())])
}

/// `09:05`, as a time field wants it.
pub(super) fn time(moment: DateTime<Utc>) -> String {
    calendar::wall(moment).format("%H:%M").to_string()
}

pub(super) fn fields(shown: &Shown<'_>) -> Markup {
    html! {
        (shown.field("day", "日にち").required().date())
        (pair(&html! {
            (shown.field("starts", "開始").required().time())
            (shown.field("ends", "終了").hint("空欄なら開始の30分後").time())
        }))
        (whereabouts(shown))
    }
}

/// The fields of where people meet, whenever that is.
pub(super) fn whereabouts(shown: &Shown<'_>) -> Markup {
    let modes: Vec<_> = Mode::ALL.iter().map(|mode| Choice::new(mode.code(), mode.label())).collect();
    html! {
        (shown.field("mode", "開催方法").required().radio_row(&modes))
        (shown.field("place", "場所").hint("対面のとき。例：5階カンファレンス室").text())
        (shown.field("video_url", "ビデオ通話のリンク").hint("ビデオで参加する方がいるとき。https:// から").text())
    }
}

/// Reads a meeting; what is wrong with it stands in the form.
pub(super) fn read(form: &mut Form) -> Option<Meeting> {
    let starts_at = form.moment("day", "starts");
    let ends_at = if form.text("ends").is_empty() {
        starts_at.map(|starts_at| starts_at + USUAL)
    } else if starts_at.is_some() {
        form.moment("day", "ends")
    } else {
        None
    };
    let mode = form.code("mode");
    let (place, video_url) = (form.text("place").to_owned(), form.text("video_url").to_owned());
    Some(Meeting { starts_at: starts_at?, ends_at: ends_at?, mode: mode?, place, video_url })
}

/// 令和8年11月21日（土）14:00–14:30, or that there is no date.
pub fn when(conference: &Conference, holidays: &Holidays) -> String {
    if !conference.has_date() {
        return (if conference.state == ConferenceState::Polling {
            "日程を調整しています"
        } else {
            "日程は決まりませんでした"
        })
        .into();
    }
    format!("{}–{}", wareki::full_at(conference.starts_at, holidays), wareki::clock(conference.ends_at))
}

/// The room and the link, whichever there is.
pub fn place(conference: &Conference) -> Markup {
    let url = &conference.video_url;
    html! {
        (conference.mode.label())
        @if !conference.place.is_empty() { "　" (conference.place) }
        @if !url.is_empty() { br; "ビデオ通話：" a href=(url) rel="noreferrer noopener" target="_blank" { (url) } }
    }
}

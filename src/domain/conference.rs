//! Conferences (退院前カンファレンス): the prior team is on the list by itself; leaving one out needs a reason.

use chrono::{DateTime, TimeDelta, Utc};

use super::case::PartyRole;
use super::code::codes;
use super::fault::{Fault, Faults};
use super::ladder;
use super::org::Channel;
use super::person::Licence;
use crate::id::{AnswerId, LinkId, OrgId};

codes! {
    /// How people meet.
    Mode {
        InPerson = "in_person", "対面";
        Video = "video", "ビデオ通話";
        Phone = "phone", "電話";
    }
}

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

codes! {
    /// Whether a conference stands.
    ConferenceState {
        Polling = "polling", "日程調整中";
        Called = "called", "招集済";
        Cancelled = "cancelled", "中止";
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
/// The longest free text of an answer, in characters.
pub const TEXT_MAX: usize = 2000;
/// The longest name, place or reason, in characters.
pub const LINE_MAX: usize = 200;

/// So far ahead of `now` a meeting, a slot or a proposal may be: what is later is a slip of the pen.
pub const FARTHEST: TimeDelta = TimeDelta::days(366);

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

/// Whether an answer may still be given or changed: until the start, once there is a date, unless cancelled.
///
/// # Errors
/// What stands against it, at the whole form.
pub fn may_answer(state: ConferenceState, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    match state {
        ConferenceState::Polling => Err(Faults::one("", Fault::DateOpen)),
        ConferenceState::Called | ConferenceState::Cancelled => may_change(state, starts_at, now),
    }
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

/// Whether the list of the invited may still be changed: until the start (the last slot, while the date is sought), unless
/// cancelled.
///
/// # Errors
/// The same.
pub fn may_change(state: ConferenceState, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    match state {
        ConferenceState::Cancelled => Err(Faults::one("", Fault::ConferenceCancelled)),
        ConferenceState::Polling | ConferenceState::Called if now >= starts_at => {
            Err(Faults::one("", Fault::ConferenceOver))
        }
        ConferenceState::Polling | ConferenceState::Called => Ok(()),
    }
}

/// Whether it may be called off: until the start; a search for a date that came to nothing, at any time.
///
/// # Errors
/// The same.
pub fn may_cancel(state: ConferenceState, starts_at: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    match state {
        ConferenceState::Polling => Ok(()),
        ConferenceState::Called | ConferenceState::Cancelled => may_change(state, starts_at, now),
    }
}

/// Whether votes for a date may be given or changed: until it is fixed, even after the poll has closed.
///
/// # Errors
/// The same.
pub fn may_vote(state: ConferenceState, last: DateTime<Utc>, now: DateTime<Utc>) -> Result<(), Faults> {
    match state {
        ConferenceState::Called => Err(Faults::one("", Fault::DateFixed)),
        ConferenceState::Polling | ConferenceState::Cancelled => may_change(state, last, now),
    }
}

/// Whether a party may be added in this part. The prior team's parts are the case's to give: who isn't in its team isn't
/// the prior doctor of anybody.
#[must_use]
pub fn may_join(role: PartyRole, is_of_team: bool) -> bool {
    is_of_team || !PartyRole::PRIOR_TEAM.contains(&role)
}

/// When and where.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Meeting {
    /// Start.
    pub starts_at: DateTime<Utc>,
    /// End.
    pub ends_at: DateTime<Utc>,
    /// 対面, ビデオ通話 or 電話.
    pub mode: Mode,
    /// The room; required in person.
    pub place: String,
    /// The link; required by video, welcome in person.
    pub video_url: String,
}

/// Checks a meeting: in the future, within a year, ends after it starts, within a day, with a room or a link.
///
/// # Errors
/// Every fault, each at its field.
pub fn check_meeting(meeting: &Meeting, now: DateTime<Utc>) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.check(meeting.starts_at > now, "day", Fault::InPast);
    faults.check(meeting.starts_at <= now + FARTHEST, "day", Fault::TooFarAhead);
    faults.check(is_length(meeting.ends_at - meeting.starts_at), "ends", Fault::EndsBeforeStart);
    faults.take(check_whereabouts(meeting));
    faults.settle()
}

/// Whether people can meet for so long: from a minute to less than a day.
#[must_use]
pub fn is_length(length: TimeDelta) -> bool {
    (TimeDelta::minutes(1)..TimeDelta::days(1)).contains(&length)
}

/// Checks where people meet, whenever that is.
///
/// # Errors
/// Every fault, each at its field.
pub fn check_whereabouts(meeting: &Meeting) -> Result<(), Faults> {
    let mut faults = Faults::default();
    faults.check(meeting.mode != Mode::InPerson || !meeting.place.is_empty(), "place", Fault::Required);
    faults.check(meeting.mode != Mode::Video || !meeting.video_url.is_empty(), "video_url", Fault::Required);
    let is_address = meeting.video_url.is_empty() || meeting.video_url.starts_with("https://");
    faults.check(is_address, "video_url", Fault::NotAnAddress);
    faults.check(meeting.place.chars().count() <= LINE_MAX, "place", Fault::TooLong { max: LINE_MAX });
    faults.check(meeting.video_url.chars().count() <= TEXT_MAX, "video_url", Fault::TooLong { max: TEXT_MAX });
    faults.settle()
}

/// What a change of a meeting means for the answers.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shift {
    /// Another time or way to meet: everybody is asked again.
    Time,
    /// Only the room or the link: answers stand, and everybody is told.
    Place,
}

/// What is different between two meetings.
///
/// # Errors
/// [`Fault::NothingChanged`].
pub fn shift(before: &Meeting, after: &Meeting) -> Result<Shift, Faults> {
    let same_time = (before.starts_at, before.ends_at, before.mode) == (after.starts_at, after.ends_at, after.mode);
    match (same_time, before == after) {
        (_, true) => Err(Faults::one("", Fault::NothingChanged)),
        (true, false) => Ok(Shift::Place),
        (false, false) => Ok(Shift::Time),
    }
}

/// A member of the prior team who is known, as the list of a conference starts from.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Candidate {
    /// The link of the case.
    pub link: LinkId,
    /// The part.
    pub role: PartyRole,
    /// The organisation.
    pub org: OrgId,
    /// The person there, or nothing.
    pub person: String,
}

/// Who is invited, and who was left out and why.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Invited {
    /// Invited.
    pub invited: Vec<Candidate>,
    /// Left out, with the reason that stays on record.
    pub left_out: Vec<(Candidate, String)>,
}

/// Draws up the list: everybody of the prior team, but those left out with a reason.
///
/// # Errors
/// A reason that is missing, at `left_out_<role>_reason`.
pub fn draw_up(team: Vec<Candidate>, left_out: &[(LinkId, String)]) -> Result<Invited, Faults> {
    let mut list = Invited::default();
    let mut faults = Faults::default();
    for candidate in team {
        match left_out.iter().find(|(link, _)| *link == candidate.link) {
            None => list.invited.push(candidate),
            Some((_, reason)) => {
                let field = format!("left_out_{}_reason", candidate.role.code());
                faults.check(!reason.trim().is_empty(), &field, Fault::LeftOutWithoutReason);
                faults.check(reason.chars().count() <= LINE_MAX, &field, Fault::TooLong { max: LINE_MAX });
                list.left_out.push((candidate, reason.trim().to_owned()));
            }
        }
    }
    faults.settle().map(|()| list)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_prior_team_is_invited_unless_a_reason_is_given() {
        let team: Vec<_> = [PartyRole::PriorDoctor, PartyRole::PriorPharmacy]
            .map(|role| Candidate { link: LinkId::fresh(), role, org: OrgId::fresh(), person: String::new() })
            .into();
        let doctor = team[0].link;
        let cases = [
            (vec![], Ok((2, 0))),
            (vec![(doctor, "本人が拒否".to_owned())], Ok((1, 1))),
            (vec![(doctor, "  ".to_owned())], Err(Fault::LeftOutWithoutReason)),
            (vec![(LinkId::fresh(), "他の人".to_owned())], Ok((2, 0))),
        ];
        for (left_out, expected) in cases {
            let found = draw_up(team.clone(), &left_out)
                .map(|list| (list.invited.len(), list.left_out.len()))
                .map_err(|faults| faults.0[0].1.clone());
            assert_eq!(found, expected, "{left_out:?}");
        }
    }

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

    #[test]
    fn a_part_in_the_prior_team_is_the_cases_to_give() {
        let cases = [
            (PartyRole::Other, false, true),
            (PartyRole::HomeVisitDoctor, false, true),
            (PartyRole::PriorDoctor, false, false),
            (PartyRole::PriorDoctor, true, true),
        ];
        for (role, is_of_team, expected) in cases {
            assert_eq!(may_join(role, is_of_team), expected, "{role:?} {is_of_team}");
        }
    }

    fn meeting(starts: i64, ends: i64, mode: Mode, place: &str) -> Meeting {
        let at = |minutes| DateTime::UNIX_EPOCH + TimeDelta::minutes(minutes);
        Meeting { starts_at: at(starts), ends_at: at(ends), mode, place: place.into(), video_url: String::new() }
    }

    #[test]
    fn a_meeting_is_ahead_and_within_a_year() {
        let year = FARTHEST.num_minutes();
        let cases = [
            (0, Some(Fault::InPast)),
            (1, None),
            (year, None),
            (year + 1, Some(Fault::TooFarAhead)),
            (year * 1000, Some(Fault::TooFarAhead)),
        ];
        for (starts, expected) in cases {
            let held = meeting(starts, starts + 30, Mode::InPerson, "5階");
            let found = check_meeting(&held, DateTime::UNIX_EPOCH).err().map(|faults| faults.0[0].1.clone());
            assert_eq!(found, expected, "{starts}");
        }
    }

    #[test]
    fn answers_outlive_another_room_but_not_another_time() {
        let before = meeting(0, 30, Mode::InPerson, "5階");
        let cases = [
            (before.clone(), Err(Fault::NothingChanged)),
            (meeting(0, 30, Mode::InPerson, "3階"), Ok(Shift::Place)),
            (Meeting { video_url: "https://a.example".into(), ..before.clone() }, Ok(Shift::Place)),
            (meeting(0, 40, Mode::InPerson, "5階"), Ok(Shift::Time)),
            (meeting(5, 30, Mode::InPerson, "3階"), Ok(Shift::Time)),
            (meeting(0, 30, Mode::Phone, "5階"), Ok(Shift::Time)),
        ];
        for (after, expected) in cases {
            assert_eq!(shift(&before, &after).map_err(|faults| faults.0[0].1.clone()), expected, "{after:?}");
        }
    }

    #[test]
    fn answers_close_with_the_start() {
        use ConferenceState::{Called, Cancelled, Polling};
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let (over, cancelled) = (Some(Fault::ConferenceOver), Some(Fault::ConferenceCancelled));
        // State, minutes after the start: may answer, may change, may cancel, may vote.
        let cases = [
            (Called, -1, [None, None, None, Some(Fault::DateFixed)]),
            (Called, 0, [over.clone(), over.clone(), over.clone(), Some(Fault::DateFixed)]),
            (Cancelled, -1, [cancelled.clone(), cancelled.clone(), cancelled.clone(), cancelled]),
            (Polling, -1, [Some(Fault::DateOpen), None, None, None]),
            (Polling, 0, [Some(Fault::DateOpen), over.clone(), None, over]),
        ];
        for (state, minutes, expected) in cases {
            let now = start + TimeDelta::minutes(minutes);
            let found = [may_answer, may_change, may_cancel, may_vote]
                .map(|may| may(state, start, now).err().map(|faults| faults.0[0].1.clone()));
            assert_eq!(found, expected, "{state:?} {minutes}");
        }
    }
}

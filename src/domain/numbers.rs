//! 数字: whether the prior doctor came back into the conversation, what it took to get an answer, and how honest a figure of
//! few cases can be. Every figure counts conferences that are over; nothing in it tells of a patient.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, Months, NaiveDate, TimeDelta, Utc};

use super::calendar::day_of;
use super::code::codes;
use super::conference::{AnswerKind, AnswerSource};
use super::minutes::Attendance;
use super::org::Channel;
use crate::id::{ConferenceId, InvitationId, NoticeId};

/// So many months are shown: the same month of last year is among them.
pub const MONTHS: u32 = 13;

codes! {
    /// What became of the prior doctor at one conference; of two prior doctors, the better.
    Turnout {
        TookPart = "took_part", "参加";
        Opinion = "opinion", "書面の意見";
        Open = "open", "記録待ち";
        Declined = "declined", "不参加の回答";
        NotReached = "not_reached", "回答なし";
        NotInvited = "not_invited", "招待なし";
    }
}

/// What became of somebody who was invited: what the minutes say, and without minutes what the answer lets know. Who said
/// that they come is counted once the minutes say so.
#[must_use]
pub const fn turnout(attendance: Option<Attendance>, answer: Option<AnswerKind>) -> Turnout {
    match (attendance, answer) {
        (Some(did), _) if did.was_there() => Turnout::TookPart,
        (_, Some(AnswerKind::Written)) => Turnout::Opinion,
        (_, None) => Turnout::NotReached,
        (Some(_), Some(_)) | (None, Some(AnswerKind::Absent)) => Turnout::Declined,
        (None, Some(_)) => Turnout::Open,
    }
}

/// The first day of the month in which something was, in Japan.
#[must_use]
pub fn month_of(moment: DateTime<Utc>) -> NaiveDate {
    first_of(day_of(moment))
}

fn first_of(day: NaiveDate) -> NaiveDate {
    day.with_day(1).unwrap_or(day)
}

/// The first days of the last months, oldest first; `today`'s is the last.
#[must_use]
pub fn months(today: NaiveDate) -> Vec<NaiveDate> {
    let this = first_of(today);
    (0..MONTHS).rev().filter_map(|back| this.checked_sub_months(Months::new(back))).collect()
}

/// Conferences by what became of the prior doctor.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Tally(BTreeMap<Turnout, usize>);

impl Tally {
    /// Counts conferences; one that stands there twice counts once, with the better of the two.
    #[must_use]
    pub fn of(all: impl IntoIterator<Item = (ConferenceId, Turnout)>) -> Self {
        let mut best: BTreeMap<ConferenceId, Turnout> = BTreeMap::new();
        for (conference, turnout) in all {
            best.entry(conference).and_modify(|known| *known = turnout.min(*known)).or_insert(turnout);
        }
        let mut tally = Self::default();
        for turnout in best.into_values() {
            *tally.0.entry(turnout).or_default() += 1;
        }
        tally
    }

    /// How many came to this.
    #[must_use]
    pub fn count(&self, turnout: Turnout) -> usize {
        self.0.get(&turnout).copied().unwrap_or_default()
    }

    /// All conferences.
    #[must_use]
    pub fn held(&self) -> usize {
        self.0.values().sum()
    }

    /// Those to which the prior doctor was invited.
    #[must_use]
    pub fn invited(&self) -> usize {
        self.held() - self.count(Turnout::NotInvited)
    }
}

/// An invitation, once for each message that went out about the answered date before the answer; once where none did.
#[derive(Clone, Copy, Debug)]
pub struct Line {
    /// The invitation.
    pub invitation: InvitationId,
    /// When the conference began.
    pub starts_at: DateTime<Utc>,
    /// The answer that stands: how it came, and when.
    pub answer: Option<(AnswerSource, DateTime<Utc>)>,
    /// The mail, sheet or call, its way, and when it went out.
    pub sent: Option<(NoticeId, Channel, DateTime<Utc>)>,
}

/// An invitation that was answered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Answered {
    /// The month of the conference, by its first day.
    pub month: NaiveDate,
    /// How the answer came.
    pub source: AnswerSource,
    /// How many messages it took; what shared a mail is one.
    pub messages: usize,
    /// The way of the first message, and how long after it the answer came; none where it came before any.
    pub took: Option<(Channel, TimeDelta)>,
}

/// The answered invitations among these lines, and how many invitations there are.
#[must_use]
pub fn answered(lines: &[Line]) -> (Vec<Answered>, usize) {
    let mut by_invitation: BTreeMap<InvitationId, Vec<&Line>> = BTreeMap::new();
    for line in lines {
        by_invitation.entry(line.invitation).or_default().push(line);
    }
    let all = by_invitation.len();
    (by_invitation.into_values().filter_map(|lines| one(&lines)).collect(), all)
}

fn one(lines: &[&Line]) -> Option<Answered> {
    let (source, at) = lines.first()?.answer?;
    let sent = || lines.iter().filter_map(|line| line.sent);
    let messages: BTreeSet<NoticeId> = sent().map(|(mail, _, _)| mail).collect();
    let first = sent().min_by_key(|(_, _, sent_at)| *sent_at);
    Some(Answered {
        month: month_of(lines.first()?.starts_at),
        source,
        messages: messages.len(),
        took: first.map(|(_, channel, sent_at)| (channel, at - sent_at)),
    })
}

/// Below so many a share isn't told in per cent: 3/4 isn't 75 %.
const FEW: usize = 20;

/// A share in per cent, rounded, but 100 only where it is all; none of nothing.
#[must_use]
pub fn share(part: usize, whole: usize) -> Option<u32> {
    let share = (part * 200 + whole).checked_div(2 * whole)?;
    u32::try_from(if part < whole { share.min(99) } else { share }).ok()
}

/// The same where there are enough to say it so; none where there are too few.
#[must_use]
pub fn percent(part: usize, whole: usize) -> Option<u32> {
    if whole < FEW { None } else { share(part, whole) }
}

/// The two values in the middle, which are one and the same of an odd number; none of nothing.
#[must_use]
pub fn median<T: Copy + Ord>(values: impl IntoIterator<Item = T>) -> Option<(T, T)> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_unstable();
    Some((*values.get(values.len().checked_sub(1)? / 2)?, *values.get(values.len() / 2)?))
}

/// A mean in tenths, rounded; none of nothing.
#[must_use]
pub const fn tenths(sum: usize, count: usize) -> Option<usize> {
    if count == 0 { None } else { Some((sum * 20 + count) / (2 * count)) }
}

/// The shortest time within which so many in a hundred are (50: the median). None where the values are too few to tell: two
/// for the median, ten for nine in ten.
#[must_use]
pub fn within(times: &[TimeDelta], percent: usize) -> Option<TimeDelta> {
    if times.len() * (100_usize.saturating_sub(percent)) < 100 {
        return None;
    }
    let mut times = times.to_vec();
    times.sort_unstable();
    times.get((times.len() * percent).div_ceil(100).saturating_sub(1)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_say_who_came_and_without_them_the_answer_says_who_did_not() {
        use AnswerKind as A;
        use Attendance as D;
        for (attendance, answer, expected) in [
            (Some(D::Attended), Some(A::Attend), Turnout::TookPart),
            (Some(D::Late), None, Turnout::TookPart),
            (Some(D::LeftEarly), Some(A::Absent), Turnout::TookPart),
            (Some(D::Absent), Some(A::Written), Turnout::Opinion),
            (Some(D::Absent), Some(A::Attend), Turnout::Declined),
            (Some(D::SharedLater), Some(A::Tentative), Turnout::Declined),
            (Some(D::Absent), None, Turnout::NotReached),
            (None, Some(A::Attend), Turnout::Open),
            (None, Some(A::Proxy), Turnout::Open),
            (None, Some(A::ProposeOther), Turnout::Open),
            (None, Some(A::Written), Turnout::Opinion),
            (None, Some(A::Absent), Turnout::Declined),
            (None, None, Turnout::NotReached),
        ] {
            assert_eq!(turnout(attendance, answer), expected, "{attendance:?} {answer:?}");
        }
    }

    #[test]
    fn a_conference_counts_once_with_the_better_of_two_doctors() {
        let [one, two, three] = [(); 3].map(|()| ConferenceId::fresh());
        let tally = Tally::of([
            (one, Turnout::Declined),
            (one, Turnout::TookPart),
            (two, Turnout::NotReached),
            (three, Turnout::NotInvited),
        ]);
        let counts = [Turnout::TookPart, Turnout::Declined, Turnout::NotReached].map(|what| tally.count(what));
        assert_eq!((counts, tally.held(), tally.invited()), ([1, 0, 1], 3, 2));
        assert_eq!(Tally::of([]).held(), 0);
    }

    #[test]
    fn thirteen_months_end_with_todays() {
        for (today, first, last) in
            [("2026-11-30", "2025-11-01", "2026-11-01"), ("2024-02-29", "2023-02-01", "2024-02-01")]
        {
            let months = months(today.parse().unwrap());
            let ends = [months.first(), months.last()].map(|month| month.unwrap().to_string());
            assert_eq!((months.len(), ends), (13, [first.to_owned(), last.to_owned()]));
        }
        // Midnight in Japan is 15:00 UTC of the day before.
        for (moment, expected) in [("2026-11-30T14:59:59Z", "2026-11-01"), ("2026-11-30T15:00:00Z", "2026-12-01")] {
            assert_eq!(month_of(moment.parse().unwrap()).to_string(), expected);
        }
    }

    #[test]
    fn what_shared_a_mail_is_one_message_and_time_runs_from_the_first() {
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let (asked, silent, early) = (InvitationId::fresh(), InvitationId::fresh(), InvitationId::fresh());
        let (mail, sheet) = (NoticeId::fresh(), NoticeId::fresh());
        let line = |invitation, answer, sent| Line { invitation, starts_at: at("2026-12-03T05:00:00Z"), answer, sent };
        let said = Some((AnswerSource::Link, at("2026-11-25T03:00:00Z")));
        let (answered, all) = answered(&[
            line(asked, said, Some((sheet, Channel::FaxPrint, at("2026-11-25T01:00:00Z")))),
            line(asked, said, Some((mail, Channel::Mail, at("2026-11-24T03:00:00Z")))),
            line(asked, said, Some((mail, Channel::Mail, at("2026-11-24T03:00:00Z")))),
            line(silent, None, None),
            line(early, Some((AnswerSource::App, at("2026-11-24T01:00:00Z"))), None),
        ]);
        assert_eq!(all, 3);
        let found: Vec<_> = answered.iter().map(|it| (it.messages, it.took)).collect();
        let day = Some((Channel::Mail, TimeDelta::days(1)));
        assert!(found.len() == 2 && found.contains(&(2, day)) && found.contains(&(0, None)), "{found:?}");
        assert!(answered.iter().all(|it| it.month.to_string() == "2026-12-01"));
    }

    #[test]
    fn few_cases_make_no_per_cent() {
        for (part, whole, expected) in
            [(3, 4, None), (0, 0, None), (19, 19, None), (15, 20, Some(75)), (1, 21, Some(5)), (30, 30, Some(100))]
        {
            assert_eq!(percent(part, whole), expected, "{part}/{whole}");
        }
        for (part, whole, expected) in
            [(0, 0, None), (0, 3, Some(0)), (2, 3, Some(67)), (199, 200, Some(99)), (200, 200, Some(100))]
        {
            assert_eq!(share(part, whole), expected, "{part}/{whole}");
        }
        for (sum, count, expected) in [(0, 0, None), (0, 3, Some(0)), (9, 5, Some(18)), (2, 3, Some(7))] {
            assert_eq!(tenths(sum, count), expected, "{sum}/{count}");
        }
    }

    #[test]
    fn the_middle_is_one_or_two() {
        for (values, expected) in
            [(&[][..], None), (&[7], Some((7, 7))), (&[9, 1], Some((1, 9))), (&[3, 1, 2], Some((2, 2)))]
        {
            assert_eq!(median(values.iter().copied()), expected, "{values:?}");
        }
    }

    #[test]
    fn half_of_them_and_nine_in_ten() {
        let hours = |all: &[i64]| all.iter().map(|hours| TimeDelta::hours(*hours)).collect::<Vec<_>>();
        for (times, half, most) in [
            (&[][..], None, None),
            (&[7], None, None),
            (&[9, 1], Some(1), None),
            (&[3, 1, 2], Some(2), None),
            (&[4, 3, 1, 2], Some(2), None),
            (&[10, 9, 8, 7, 6, 5, 4, 3, 2, 1], Some(5), Some(9)),
            (&[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 50], Some(1), Some(1)),
        ] {
            let times = hours(times);
            let found = [50, 90].map(|percent| within(&times, percent).map(|time| time.num_hours()));
            assert_eq!(found, [half, most], "{times:?}");
        }
    }
}

//! Who is asked next: nobody as long as somebody may still say yes, then the next on the rota, and so on to the last.

use chrono::{DateTime, Utc};

use super::{AskState, Reply};
use crate::domain::programme::{Duty, ahead};
use crate::id::{AskId, OrgId};

/// A hospital that was asked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Asked {
    /// The question.
    pub id: AskId,
    /// The hospital; none where it is outside the directory.
    pub org: Option<OrgId>,
    /// How it stands.
    pub state: AskState,
    /// What was answered.
    pub reply: Option<Reply>,
    /// Until when an answer is waited for.
    pub answer_by: DateTime<Utc>,
}

impl Asked {
    /// Whether it may be asked once more: the question was taken back for another hospital, which took its promise back, and this one
    /// hadn't said no.
    #[must_use]
    pub fn may_be_asked_anew(&self) -> bool {
        self.state == AskState::Withdrawn && self.reply != Some(Reply::Declined)
    }
}

/// What is to be done.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Deed {
    /// The time of this one is over: it counts as silent, and a person telephones.
    Silence(AskId),
    /// This hospital is asked.
    Ask(OrgId),
    /// The line is over: the program asks nobody any more.
    Stop,
}

/// What is to be done at `now` about an open request; `in_turn` says that the next is asked by itself, and `line` are those who may
/// be, in their order.
#[must_use]
pub fn next(asked: &[Asked], in_turn: bool, line: &[OrgId], now: DateTime<Utc>) -> Vec<Deed> {
    let is_over = |ask: &&Asked| ask.state == AskState::Waiting && ask.answer_by <= now;
    let mut deeds: Vec<_> = asked.iter().filter(is_over).map(|ask| Deed::Silence(ask.id)).collect();
    let may_say_yes = |ask: &Asked| match ask.state {
        AskState::Waiting => ask.answer_by > now,
        AskState::Answered => ask.reply != Some(Reply::Declined),
        AskState::Confirmed => true,
        AskState::Silent | AskState::Withdrawn => false,
    };
    if in_turn && !asked.iter().any(may_say_yes) {
        let is_new = |org: &&OrgId| asked.iter().all(|ask| ask.org != Some(**org) || ask.may_be_asked_anew());
        deeds.push(line.iter().find(is_new).map_or(Deed::Stop, |org| Deed::Ask(*org)));
    }
    deeds
}

/// The hospitals of a programme in the order in which they are asked at `now`: who is on duty, whose turn comes next, and then the
/// others as the desk wrote them.
#[must_use]
pub fn line(rota: &[Duty], members: &[OrgId], now: DateTime<Utc>) -> Vec<OrgId> {
    let mut turns: Vec<_> = ahead(rota, now).into_iter().map(|(day, duty)| (duty.span(day).0, duty.org)).collect();
    turns.sort_by_key(|(from, _)| (*from).max(now));
    let mut line = Vec::new();
    for org in turns.into_iter().map(|(_, org)| org).chain(members.iter().copied()) {
        if members.contains(&org) && !line.contains(&org) {
            line.push(org);
        }
    }
    line
}

#[cfg(test)]
mod tests {
    use chrono::{NaiveTime, TimeDelta, Weekday};

    use super::*;
    use crate::domain::programme::On;

    fn now() -> DateTime<Utc> {
        "2026-11-24T10:00:00+09:00".parse().unwrap()
    }

    #[test]
    fn the_next_is_asked_when_nobody_may_say_yes_any_more() {
        use AskState::{Answered, Silent, Waiting, Withdrawn};
        use Reply::{Accepted, Conditional, Declined};
        let orgs: [OrgId; 3] = std::array::from_fn(|_| OrgId::fresh());
        let ask = |at: usize, state, reply, minutes| Asked {
            id: AskId::fresh(),
            org: orgs.get(at).copied(),
            state,
            reply,
            answer_by: now() + TimeDelta::minutes(minutes),
        };
        let cases = [
            // In time, or accepted: nothing happens.
            (vec![ask(0, Waiting, None, 1)], true, &[][..], None),
            (vec![ask(0, Answered, Some(Accepted), -60)], true, &[], None),
            (vec![ask(0, Answered, Some(Conditional), -60)], true, &[], None),
            // Silent, or declined: the next.
            (vec![ask(0, Waiting, None, 0)], true, &[0], Some(1)),
            (vec![ask(0, Answered, Some(Declined), 30)], true, &[], Some(1)),
            (vec![ask(0, Silent, None, -90), ask(1, Waiting, None, -1)], true, &[1], Some(2)),
            (vec![ask(0, Waiting, None, -1), ask(1, Waiting, None, 5)], true, &[0], None),
            // Somebody outside the rota was asked first.
            (vec![ask(9, Waiting, None, -1)], true, &[0], Some(0)),
            // The last has been asked, after whom nobody comes; or the clinic asks for itself.
            (vec![ask(0, Silent, None, -9), ask(1, Silent, None, -9), ask(2, Silent, None, -9)], true, &[], Some(3)),
            // One took its promise back: who was told not to wait is asked anew, but not who had said no.
            (vec![ask(0, Answered, Some(Declined), -9), ask(1, Withdrawn, Some(Accepted), -9)], true, &[], Some(1)),
            (vec![ask(0, Answered, Some(Declined), -9), ask(1, Withdrawn, Some(Declined), -9)], true, &[], Some(2)),
            (vec![ask(0, Withdrawn, None, -9), ask(1, Waiting, None, 5)], true, &[], None),
            (vec![ask(0, Waiting, None, -1)], false, &[0], None),
        ];
        for (asked, in_turn, silent, expected) in cases {
            let mut deeds: Vec<_> = silent.iter().map(|at: &usize| Deed::Silence(asked[*at].id)).collect();
            deeds.extend(expected.map(|at: usize| orgs.get(at).map_or(Deed::Stop, |org| Deed::Ask(*org))));
            assert_eq!(next(&asked, in_turn, &orgs, now()), deeds, "{asked:?} {in_turn}");
        }
    }

    #[test]
    fn who_is_on_duty_comes_first() {
        let [one, two, three, stranger]: [OrgId; 4] = std::array::from_fn(|_| OrgId::fresh());
        let turn = |org, weekday, from: u32| Duty {
            org,
            on: On::Weekday(weekday),
            from: NaiveTime::from_hms_opt(from, 0, 0).unwrap(),
            to: NaiveTime::from_hms_opt(9, 0, 0).unwrap(),
            beds: 1,
            valid_from: None,
            valid_to: None,
        };
        // It is Tuesday, ten o'clock.
        let rota = [turn(three, Weekday::Tue, 9), turn(two, Weekday::Wed, 9), turn(stranger, Weekday::Tue, 17)];
        assert_eq!(line(&rota, &[one, two, three], now()), [three, two, one]);
        assert_eq!(line(&[], &[one, two], now()), [one, two]);
    }
}

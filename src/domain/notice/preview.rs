//! What a conference would send to one party and ask of its nurse: planned by the ladder and judged like real messages, so that
//! an administrator sees what a rule does before it holds.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Facts, NoticeKind, Switches, Verdict, Why};
use crate::domain::calendar::{Holidays, OrgCalendar, at, day_of, days_from};
use crate::domain::call::{Escalation, escalation};
use crate::domain::code::codes;
use crate::domain::ladder::{self, Call, Ladder, ReminderKind, Situation, Standing};
use crate::domain::org::Channel;
use crate::domain::reach;

codes! {
    /// How a party behaves.
    Conduct {
        Attends = "attends", "すぐに「出席」と回答した相手";
        Silent = "silent", "回答しない相手";
        Declines = "declines", "すぐに「欠席」と回答した相手";
    }
}

/// A conference and one party of it.
#[derive(Clone, Debug)]
pub struct Example {
    /// When it is called.
    pub called_at: DateTime<Utc>,
    /// When it starts.
    pub starts_at: DateTime<Utc>,
    /// When it ends.
    pub ends_at: DateTime<Utc>,
    /// By which way the party is reached.
    pub channel: Channel,
    /// Whether a machine goes that way.
    pub by_machine: bool,
    /// When the party is open.
    pub calendar: OrgCalendar,
    /// What the party has switched off.
    pub off: Switches,
}

/// Something that happens, or doesn't.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Step {
    /// When; none where there is no day for it.
    pub at: Option<DateTime<Utc>>,
    /// What.
    pub what: What,
}

/// What happens.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum What {
    /// A message goes out by a machine.
    Sent(NoticeKind),
    /// A message is passed on by a person.
    ByHand(NoticeKind),
    /// A message that is planned isn't sent.
    Dropped(NoticeKind, Why),
    /// A message isn't planned: it comes too close to another, too late, or isn't worth a call.
    Spared(NoticeKind),
    /// A silence becomes somebody's task; it stands on their list from that day on.
    Task(Escalation),
    /// The nurse is reminded to write the minutes, if she hasn't.
    Write,
}

/// Everything in order of time, what has no time at the end. The minutes are taken to be shared at the end of the conference.
#[must_use]
pub fn preview(ladder: &Ladder, example: &Example, conduct: Conduct, holidays: &Holidays) -> Vec<Step> {
    let mut steps = up_to(ladder, example, conduct, holidays);
    if conduct == Conduct::Silent {
        steps.extend(tasks(ladder, example, holidays));
    }
    steps.extend(after(ladder, example, conduct, holidays));
    steps.sort_by_key(|step| (step.at.is_none(), step.at));
    steps
}

/// The steps up to the conference.
fn up_to(ladder: &Ladder, example: &Example, conduct: Conduct, holidays: &Holidays) -> Vec<Step> {
    let call = Call { called_at: example.called_at, starts_at: example.starts_at, was: None };
    let plan = ladder::plan(ladder, &call, example.called_at, &example.calendar, holidays);
    let rungs =
        [ReminderKind::Invite, ReminderKind::D7, ReminderKind::D3, ReminderKind::D1, ReminderKind::SameDay].into_iter();
    rungs
        .map(|rung| {
            let kind = NoticeKind::from(rung);
            let due = plan.iter().find(|due| due.kind == rung).filter(|_| reach::is_worth(rung, example.channel));
            match due {
                Some(due) => example.judged(ladder, kind, due.due_at, conduct, holidays),
                None if kind.is_in(ladder) => Step { at: None, what: What::Spared(kind) },
                None => Step { at: None, what: What::Dropped(kind, Why::NotInRules) },
            }
        })
        .collect()
}

/// The steps after it.
fn after(ladder: &Ladder, example: &Example, conduct: Conduct, holidays: &Holidays) -> Vec<Step> {
    let write = ladder.minutes_24h.after(example.ends_at).map(|at| Step { at: Some(at), what: What::Write });
    let shared = example.judged(ladder, NoticeKind::Minutes, example.ends_at, conduct, holidays);
    let again = ladder.receipt_3d.after(example.ends_at);
    let again = again.filter(|_| reach::is_worth(ReminderKind::Receipt3d, example.channel));
    let again = again.map(|due_at| example.judged(ladder, NoticeKind::Receipt3d, due_at, conduct, holidays));
    [Some(shared), again, write].into_iter().flatten().collect()
}

/// The days on which the silence of a prior doctor becomes a task.
fn tasks(ladder: &Ladder, example: &Example, holidays: &Holidays) -> Vec<Step> {
    let noon = |day| at(day, chrono::NaiveTime::MIN) + TimeDelta::hours(12);
    let days = || days_from(day_of(example.called_at)).take_while(|day| *day <= day_of(example.starts_at));
    let stage = |day| escalation(ladder, example.starts_at, &example.calendar, holidays, noon(day));
    let first = |wanted| {
        let day = days().find(|day| stage(*day) == Some(wanted))?;
        Some(Step { at: Some(at(day, ladder.quiet.to)), what: What::Task(wanted) })
    };
    [first(Escalation::Call), first(Escalation::Superior)].into_iter().flatten().collect()
}

impl Example {
    /// What comes of a message that is due at a moment: it is asked as the sweep asks, until it goes or doesn't.
    fn judged(
        &self,
        ladder: &Ladder,
        kind: NoticeKind,
        due_at: DateTime<Utc>,
        conduct: Conduct,
        holidays: &Holidays,
    ) -> Step {
        let standing = match conduct {
            Conduct::Attends if kind != NoticeKind::Invite => Standing::Attending,
            Conduct::Declines if kind != NoticeKind::Invite => Standing::NotAttending,
            _ => Standing::Silent,
        };
        let meeting = Situation { standing, cancelled: false, moved: false, starts_at: self.starts_at, same_day: true };
        let facts = Facts {
            kind,
            due_at,
            tried_at: None,
            meeting: Some(meeting),
            settled: None,
            switched_off: self.off.holds(kind),
            by_machine: self.by_machine,
            calendar: &self.calendar,
        };
        let mut now = due_at;
        loop {
            let what = match facts.judge(ladder, holidays, now) {
                Verdict::Wait(until) => {
                    now = until;
                    continue;
                }
                Verdict::Send => What::Sent(kind),
                Verdict::Hand => What::ByHand(kind),
                Verdict::Drop(why) | Verdict::Fail(why) => What::Dropped(kind, why),
            };
            return Step { at: Some(now), what };
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utc(text: &str) -> DateTime<Utc> {
        format!("{text}:00+09:00").parse().unwrap()
    }

    fn example() -> Example {
        Example {
            called_at: utc("2026-11-24T10:00"),
            starts_at: utc("2026-12-09T14:00"),
            ends_at: utc("2026-12-09T14:30"),
            channel: Channel::Mail,
            by_machine: true,
            calendar: OrgCalendar::default(),
            off: Switches::default(),
        }
    }

    fn shown(ladder: &Ladder, example: &Example, conduct: Conduct) -> Vec<String> {
        let line = |step: &Step| {
            let when = step.at.map_or("-".into(), |at| (at + TimeDelta::hours(9)).format("%m-%d %H:%M").to_string());
            let what = match step.what {
                What::Sent(kind) => kind.code().to_owned(),
                What::ByHand(kind) => format!("hand {}", kind.code()),
                What::Dropped(kind, why) => format!("{} {}", kind.code(), why.code()),
                What::Spared(kind) => format!("no {}", kind.code()),
                What::Task(stage) => format!("{stage:?}"),
                What::Write => "write".into(),
            };
            format!("{when} {what}")
        };
        preview(ladder, example, conduct, &Holidays::default()).iter().map(line).collect()
    }

    #[test]
    fn each_conduct_costs_what_was_promised() {
        let after = ["12-09 14:30 minutes", "12-10 14:30 write", "12-14 09:00 receipt_3d"];
        let attends = [
            "11-24 10:00 invite",
            "12-02 09:00 d7 answered",
            "12-04 09:00 d3 answered",
            "12-08 13:00 d1",
            "12-09 08:30 same_day",
        ];
        let silent = [
            "11-24 10:00 invite",
            "12-02 09:00 d7",
            "12-04 08:00 Call",
            "12-04 09:00 d3",
            "12-08 08:00 Superior",
            "12-08 13:00 d1",
            "12-09 08:30 same_day unsettled",
        ];
        let declines = [
            "11-24 10:00 invite",
            "12-02 09:00 d7 answered",
            "12-04 09:00 d3 answered",
            "12-08 13:00 d1 declined",
            "12-09 08:30 same_day declined",
        ];
        for (conduct, steps) in
            [(Conduct::Attends, &attends[..]), (Conduct::Silent, &silent), (Conduct::Declines, &declines)]
        {
            assert_eq!(shown(&Ladder::default(), &example(), conduct), [steps, &after].concat(), "{conduct:?}");
        }
    }

    #[test]
    fn what_is_not_sent_says_why() {
        let mut ladder = Ladder::default();
        (ladder.d7.on, ladder.receipt_3d.on, ladder.minutes_24h.on) = (false, false, false);
        let off = Example { off: [NoticeKind::D3].into_iter().collect(), ..example() };
        let found = shown(&ladder, &off, Conduct::Silent);
        assert!(found.contains(&"12-04 09:00 d3 switched_off".into()), "{found:?}");
        assert!(found.contains(&"12-04 08:00 Call".into()), "the nurse calls all the same: {found:?}");
        assert!(found.contains(&"- d7 not_in_rules".into()), "{found:?}");
        assert!(!found.iter().any(|line| line.contains("write") || line.contains("receipt")), "{found:?}");
        let soon = Example { called_at: utc("2026-12-08T10:00"), ..example() };
        let found = shown(&Ladder::default(), &soon, Conduct::Silent);
        assert!(found.contains(&"- no d7".into()) && found.contains(&"- no d3".into()), "{found:?}");
        let by_hand = Example { channel: Channel::Phone, by_machine: false, ..example() };
        let found = shown(&Ladder::default(), &by_hand, Conduct::Silent);
        assert!(found.contains(&"12-04 09:00 hand d3".into()) && found.contains(&"- no d7".into()), "{found:?}");
    }
}

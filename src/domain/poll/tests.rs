//! The cases of a poll: its slots, its votes, and who stands in the way of a date.

use std::collections::BTreeSet;

use super::*;
use crate::domain::calendar::{Hours, WeeklyHours};

/// A moment by the clocks in Japan, in 2026.
fn jst(text: &str) -> DateTime<Utc> {
    let (day, time) = text.split_once(' ').unwrap();
    at(format!("2026-{day}").parse().unwrap(), format!("{time}:00").parse().unwrap())
}

fn half_an_hour(text: &str) -> Span {
    Span { starts_at: jst(text), ends_at: jst(text) + TimeDelta::minutes(30) }
}

#[test]
fn slots_are_ahead_apart_and_after_the_closing() {
    use Fault::{ClosesTooLate, InPast, SlotTwice, TooFewSlots};
    let cases: [(&[&str], _, _); 8] = [
        (&["12-04 14:00", "12-03 10:00"], "12-01 17:00", Ok(2)),
        (&["12-03 10:00", "12-03 10:30", "", "12-04 14:00", "12-07 13:00"], "12-01 17:00", Ok(4)),
        (&["12-03 10:00"], "12-01 17:00", Err(("slot_2_day", TooFewSlots))),
        (&[], "12-01 17:00", Err(("slot_1_day", TooFewSlots))),
        (&["12-03 10:00", "12-03 10:29"], "12-01 17:00", Err(("slot_2_day", SlotTwice))),
        (&["11-24 09:00", "12-03 10:29"], "11-20 17:00", Err(("slot_1_day", InPast))),
        (&["12-04 14:00", "12-03 10:00"], "12-03 09:00", Err(("closes", ClosesTooLate))),
        (&["12-04 14:00", "12-03 10:00"], "11-24 09:00", Err(("closes", InPast))),
    ];
    for (entered, closes, expected) in cases {
        let starts = std::array::from_fn(|n| entered.get(n).filter(|text| !text.is_empty()).map(|text| jst(text)));
        let found = check_slots(&starts, TimeDelta::minutes(30), jst(closes), jst("11-24 09:00"));
        if let Ok(slots) = &found {
            assert!(slots.is_sorted(), "{slots:?}");
        }
        let found = found.map(|slots| slots.len()).map_err(|faults| faults.0[0].clone());
        assert_eq!(found, expected.map_err(|(field, fault)| (field.to_owned(), fault)), "{entered:?}");
    }
    let now = jst("11-24 09:00");
    let starts = [now + FARTHEST, now + FARTHEST + TimeDelta::minutes(30)].map(Some);
    let starts = [starts[1], starts[0], None, None, None];
    let found = check_slots(&starts, TimeDelta::minutes(30), jst("12-01 17:00"), now);
    assert_eq!(found, Err(Faults::one("slot_1_day", Fault::TooFarAhead)));
    for minutes in [0, -30, 24 * 60] {
        let starts = [Some(jst("12-03 10:00")), Some(jst("12-09 10:00")), None, None, None];
        let found = check_slots(&starts, TimeDelta::minutes(minutes), jst("12-01 17:00"), jst("11-24 09:00"));
        assert_eq!(found.unwrap_err().0[0].0, "length", "{minutes}");
    }
}

#[test]
fn times_overlap_while_both_are_held() {
    let one = half_an_hour("12-03 14:00");
    for (at, expected) in [("13:30", false), ("13:31", true), ("14:10", true), ("14:29", true), ("14:30", false)] {
        let other = half_an_hour(&format!("12-03 {at}"));
        assert_eq!((one.overlaps(other), other.overlaps(one)), (expected, expected), "{at}");
    }
}

#[test]
fn votes_that_nobody_saw_are_not_put_aside() {
    let (old, new) = (BallotId::fresh(), BallotId::fresh());
    for (seen, current, expected) in [
        (None, None, true),
        (None, Some(new), false),
        (Some(old), Some(old), true),
        (Some(old), Some(new), false),
        (Some(old), None, true),
    ] {
        assert_eq!(may_replace(seen, current).is_ok(), expected, "{seen:?} {current:?}");
    }
}

#[test]
fn votes_in_another_order_are_the_same() {
    let slots = [SlotId::fresh(), SlotId::fresh()];
    let ballot = |votes: Vec<_>| Ballot { votes, comment: "x".into() };
    let there = ballot(vec![(slots[0], Vote::Yes), (slots[1], Vote::No)]);
    let back = ballot(vec![(slots[1], Vote::No), (slots[0], Vote::Yes)]);
    assert_eq!((back.in_order(&slots), there.in_order(&slots)), (there.clone(), there));
}

#[test]
fn a_ballot_has_a_vote_for_every_slot_and_for_no_other() {
    let [first, second, other] = [SlotId::fresh(), SlotId::fresh(), SlotId::fresh()];
    let cases = [
        (vec![(first, Vote::Yes), (second, Vote::No)], "", None),
        (vec![(second, Vote::No)], "", Some(vote_field(first))),
        (vec![(first, Vote::Yes), (first, Vote::No), (second, Vote::No)], "", Some(vote_field(first))),
        (vec![(first, Vote::Yes), (second, Vote::No), (other, Vote::No)], "", Some(String::new())),
        (vec![(first, Vote::Yes), (second, Vote::No)], "12345678901", Some("comment".into())),
    ];
    for (votes, comment, expected) in cases {
        let ballot = Ballot { votes, comment: comment.into() };
        let found = check_ballot(&ballot, &[first, second], 10).err().map(|faults| faults.0[0].0.clone());
        assert_eq!(found, expected, "{ballot:?}");
    }
}

/// `D` is a required party, `p` another; then its votes, or nothing.
fn voters(table: &str) -> Vec<Voter> {
    let voter = |row: &str| {
        let vote = |sign: char| match sign {
            'o' => Vote::Yes,
            '-' => Vote::Maybe,
            _ => Vote::No,
        };
        let votes = (row.len() > 1).then(|| row.chars().skip(1).map(vote).collect());
        Voter { invitation: InvitationId::fresh(), required: row.starts_with('D'), votes }
    };
    table.split_whitespace().map(voter).collect()
}

#[test]
fn the_best_slot_is_one_that_no_required_party_crossed() {
    let cases = [
        ("Doo poo", Some(0)),
        ("Dxo poo", Some(1)),
        ("Doo pxo", Some(1)),
        ("Dx- pox pox", Some(1)),
        ("D-o p-o", Some(1)),
        ("D poo", Some(0)),
        ("D p", None),
        ("", None),
    ];
    for (table, expected) in cases {
        let voters = voters(table);
        let counts = [0, 1].map(|slot| count(&voters, slot));
        assert_eq!(best(&counts), expected, "{table}");
    }
}

#[test]
fn who_is_required_and_crossed_or_silent_is_confirmed_by_name() {
    let now = jst("12-01 17:00");
    // Voters, (○, △, ×, silent), objections.
    let cases = [
        ("Do po", (2, 0, 0, 0), 0),
        ("D- px", (0, 1, 1, 0), 0),
        ("Dx po", (1, 0, 1, 0), 1),
        ("D po", (1, 0, 0, 1), 1),
        ("Dx D p", (0, 0, 1, 2), 2),
    ];
    for (table, figures, objections) in cases {
        let count = count(&voters(table), 0);
        assert_eq!((count.yes, count.maybe, count.no, count.silent), figures, "{table}");
        assert_eq!(count.objections.len(), objections, "{table}");
        let slot = half_an_hour("12-03 14:00");
        let fault = |confirmed: &str| may_fix(slot, &count, confirmed, now).err().map(|faults| faults.0[0].1.clone());
        assert_eq!(fault(""), (objections > 0).then_some(Fault::Objected), "{table}");
        assert_eq!(fault(&count.mark()), None, "{table}");
        let past = may_fix(half_an_hour("11-20 14:00"), &count, &count.mark(), now).unwrap_err();
        assert_eq!(past.0[0].1, Fault::InPast);
    }
}

#[test]
fn a_poll_is_ripe_when_all_have_voted_or_it_is_closed() {
    let closes = jst("12-01 17:00");
    for (voted, invited, now, expected) in [
        (1, 2, "12-01 16:59", false),
        (2, 2, "11-25 09:00", true),
        (0, 2, "12-01 17:00", true),
        (0, 0, "11-25 09:00", false),
    ] {
        assert_eq!(is_ripe(voted, invited, closes, jst(now)), expected, "{voted}/{invited} {now}");
    }
}

#[test]
fn votes_are_asked_for_twice_within_the_receivers_hours() {
    let office = OrgCalendar::default();
    let thursday_closed =
        OrgCalendar { closed_days: BTreeSet::from(["2026-12-03".parse().unwrap()]), ..office.clone() };
    // Started, closes, hours, when it is asked.
    let cases = [
        ("11-24 09:00", "12-04 17:00", &office, vec!["11-24 09:00", "12-03 09:00"]),
        ("11-24 09:00", "12-04 17:00", &thursday_closed, vec!["11-24 09:00", "12-02 09:00"]),
        ("11-20 20:30", "11-24 17:00", &office, vec!["11-24 09:00"]),
        ("11-24 10:00", "11-25 17:00", &office, vec!["11-24 10:00"]),
        ("11-24 10:00", "11-26 17:00", &office, vec!["11-24 10:00", "11-25 09:00"]),
        ("11-27 10:00", "11-26 17:00", &office, vec!["11-27 10:00"]),
    ];
    for (now, closes, calendar, expected) in cases {
        let times = (jst(closes), jst("12-10 14:00"));
        let found = asks(&Ladder::default(), times, jst(now), calendar, &Holidays::default());
        let found: Vec<_> = found.iter().map(|due| due.due_at).collect();
        assert_eq!(found, expected.into_iter().map(jst).collect::<Vec<_>>(), "{now} {closes}");
    }
}

fn week(spans: [&[(&str, &str)]; 7]) -> WeeklyHours {
    let hours = |(from, to): &(&str, &str)| {
        let time = |text: &str| format!("{text}:00").parse().unwrap();
        Hours::new(time(from), time(to)).unwrap()
    };
    spans.map(|day| day.iter().map(hours).collect())
}

fn member(weekly: WeeklyHours) -> Member {
    let calendar = OrgCalendar { weekly, ..OrgCalendar::default() };
    Member { name: "そらの診療所".into(), calendar, welcome: WeeklyHours::default(), busy: Vec::new() }
}

/// Rests on Thursday afternoons and on Wednesdays.
fn clinic() -> Member {
    let long: &[_] = &[("09:00", "12:30"), ("14:00", "18:00")];
    member(week([long, long, &[], &[("09:00", "12:30")], long, &[("09:00", "12:30")], &[]]))
}

#[test]
fn a_clinics_hours_say_why_it_cannot() {
    use Hindrance::{Busy, ClosedAfternoon, ClosedDay, OutsideHours};
    let busy = Member { busy: vec![half_an_hour("12-01 14:00")], ..clinic() };
    // 1 December is a Tuesday.
    for (at, expected) in [
        ("12-01 14:00", Some(Busy)),
        ("12-01 14:30", None),
        ("12-01 13:00", Some(OutsideHours)),
        ("12-01 17:45", Some(OutsideHours)),
        ("12-02 14:00", Some(ClosedDay)),
        ("12-03 14:00", Some(ClosedAfternoon)),
        ("12-03 12:15", Some(OutsideHours)),
        ("12-03 10:00", None),
        ("12-06 10:00", Some(ClosedDay)),
    ] {
        assert_eq!(hindrance(&busy, half_an_hour(at), &Holidays::default()), expected, "{at}");
    }
}

#[test]
fn proposals_suit_as_many_as_possible_on_different_days() {
    let anybody = || member(WeeklyHours::default());
    let nobody = || {
        let day: chrono::NaiveDate = "2026-11-01".parse().unwrap();
        let calendar = OrgCalendar { closed_days: day.iter_days().take(90).collect(), ..OrgCalendar::default() };
        Member { calendar, ..anybody() }
    };
    let mornings = member(week([&[("09:00", "12:00")], &[], &[], &[("09:00", "12:00")], &[], &[], &[]]));
    let called = Member { welcome: week([&[], &[("15:00", "15:30")], &[], &[], &[], &[], &[]]), ..anybody() };
    let taken = Member { busy: vec![half_an_hour("11-27 13:00")], ..anybody() };
    // On Tuesday 24 November; three business days later is Friday 27.
    let cases = [
        (vec![anybody()], ["11-27 13:00", "11-30 13:00", "12-01 13:00"]),
        (vec![anybody(), taken], ["11-27 13:30", "11-30 13:00", "12-01 13:00"]),
        (vec![anybody(), clinic()], ["11-27 14:00", "11-30 14:00", "12-01 14:00"]),
        (vec![anybody(), mornings], ["11-30 09:00", "12-03 09:00", "12-07 09:00"]),
        (vec![called], ["11-27 13:00", "12-01 15:00", "12-08 15:00"]),
        (vec![anybody(), nobody()], ["11-27 13:00", "11-30 13:00", "12-01 13:00"]),
    ];
    for (members, expected) in cases {
        let found = propose(&members, &Holidays::default(), jst("11-24 09:00"), TimeDelta::minutes(30), None);
        assert_eq!(found, expected.map(jst), "{expected:?}");
    }
    // Before the patient goes home, unless that is too soon.
    for (until, expected) in [
        ("2026-11-30", vec!["11-27 13:00", "11-30 13:00"]),
        ("2026-11-29", vec!["11-27 13:00", "11-27 13:30"]),
        ("2026-11-26", vec!["11-27 13:00", "11-30 13:00", "12-01 13:00"]),
    ] {
        let until = Some(until.parse().unwrap());
        let found = propose(&[anybody()], &Holidays::default(), jst("11-24 09:00"), TimeDelta::minutes(30), until);
        assert_eq!(found, expected.into_iter().map(jst).collect::<Vec<_>>(), "{until:?}");
    }
    // The turn of the year is free.
    let found = propose(&[anybody()], &Holidays::default(), jst("12-25 09:00"), TimeDelta::minutes(30), None);
    assert!(found.iter().all(|at| day_of(*at) >= "2027-01-04".parse().unwrap()), "{found:?}");
}

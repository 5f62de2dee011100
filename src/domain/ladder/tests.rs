//! The ladder's cases, around the days on which Japan rests.

use chrono::{NaiveDateTime, TimeDelta};

use super::*;
use crate::domain::calendar::Hours;

/// A moment by the clocks in Japan.
fn jst(text: &str) -> DateTime<Utc> {
    let wall = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    at(wall.date(), wall.time())
}

fn shown(plan: &[Due]) -> Vec<String> {
    plan.iter().map(|due| format!("{} {}", due.kind.code(), wall(due.due_at).format("%m-%d %H:%M"))).collect()
}

fn office() -> OrgCalendar {
    OrgCalendar::default()
}

/// Rests on Thursdays and Sundays, works on Saturday mornings, and has a long break at noon.
fn clinic() -> OrgCalendar {
    let hours = |from: &str, to: &str| Hours::new(from.parse().unwrap(), to.parse().unwrap()).unwrap();
    let long = || vec![hours("09:00:00", "12:00:00"), hours("15:00:00", "18:00:00")];
    let weekly = [long(), long(), long(), vec![], long(), vec![hours("09:00:00", "12:00:00")], vec![]];
    OrgCalendar { weekly, ..office() }
}

fn never_open() -> OrgCalendar {
    let day: NaiveDate = "2022-01-01".parse().unwrap();
    OrgCalendar { closed_days: day.iter_days().take(4_000).collect(), ..office() }
}

/// Closed from 10 November for a month.
fn away() -> OrgCalendar {
    let day: NaiveDate = "2026-11-10".parse().unwrap();
    OrgCalendar { closed_days: day.iter_days().take(30).collect(), ..office() }
}

fn call(called: &str, starts: &str) -> Call {
    Call { called_at: jst(called), starts_at: jst(starts), was: None }
}

/// Compares a table (called | starts | opening | d7 | d3 | d1 | same day) with what is planned.
fn check(calendar: &OrgCalendar, table: &str) {
    use ReminderKind::{D1, D3, D7, Invite, SameDay};
    for row in table.lines().map(str::trim).filter(|row| !row.is_empty()) {
        let cells: Vec<_> = row.split('|').map(str::trim).collect();
        let call = call(cells[0], cells[1]);
        let plan = plan(&Ladder::default(), &call, call.called_at, calendar, &Holidays::default());
        let due = [Invite, D7, D3, D1, SameDay].map(|kind| {
            let due = plan.iter().find(|due| due.kind == kind);
            due.map_or("-".into(), |due| wall(due.due_at).format("%m-%d %H:%M").to_string())
        });
        assert_eq!(due, cells[2..], "{row}");
    }
}

#[test]
fn the_ladder_steps_around_closed_days() {
    // 勤労感謝の日 is Monday 23 November. Where d3 comes as early as d7, d7 gives way: 国民の休日, 振替休日, the turn
    // of the year; and 29 February.
    check(
        &office(),
        "
        2026-11-10 10:00 | 2026-11-27 14:00 | 11-10 10:00 | 11-20 09:00 | 11-24 09:00 | 11-26 13:00 | 11-27 08:30
        2026-11-02 10:00 | 2026-11-24 14:00 | 11-02 10:00 | 11-17 09:00 | 11-18 09:00 | 11-20 13:00 | 11-24 08:30
        2026-11-02 10:00 | 2026-11-30 14:00 | 11-02 10:00 | 11-24 09:00 | 11-25 09:00 | 11-27 13:00 | 11-30 08:30
        2026-09-01 10:00 | 2026-09-24 14:00 | 09-01 10:00 | -           | 09-16 09:00 | 09-18 13:00 | 09-24 08:30
        2026-04-01 10:00 | 2026-05-07 14:00 | 04-01 10:00 | -           | 04-28 09:00 | 05-01 13:00 | 05-07 08:30
        2026-04-01 10:00 | 2026-05-11 14:00 | 04-01 10:00 | -           | 05-01 09:00 | 05-08 13:00 | 05-11 08:30
        2027-03-01 10:00 | 2027-03-23 14:00 | 03-01 10:00 | 03-16 09:00 | 03-17 09:00 | 03-19 13:00 | 03-23 08:30
        2026-12-01 10:00 | 2027-01-05 14:00 | 12-01 10:00 | -           | 12-25 09:00 | 01-04 13:00 | 01-05 08:30
        2028-02-10 10:00 | 2028-03-01 14:00 | 02-10 10:00 | 02-24 09:00 | 02-25 09:00 | 02-29 13:00 | 03-01 08:30
        ",
    );
    // Thursday is closed, and Saturday's 13:00 is after closing.
    check(
        &clinic(),
        "
        2026-11-02 10:00 | 2026-11-27 14:00 | 11-02 10:00 | 11-20 09:00 | 11-21 09:00 | 11-25 13:00 | 11-27 08:30
        2026-11-02 10:00 | 2026-11-16 14:00 | 11-02 10:00 | 11-09 09:00 | 11-11 09:00 | 11-14 11:00 | 11-16 08:30
        ",
    );
    // Closed for so long that waiting, or going back, would help nobody.
    check(
        &away(),
        "2026-11-02 10:00 | 2026-12-08 14:00 | 11-02 10:00 | -           | 11-05 09:00 | 12-07 13:00 | 12-08 08:30",
    );
    check(
        &never_open(),
        "2026-11-10 22:00 | 2026-11-27 14:00 | 11-11 08:00 | 11-20 09:00 | 11-24 09:00 | 11-26 13:00 | 11-27 08:30",
    );
}

#[test]
fn the_ladder_fits_into_the_time_there_is() {
    // An evening, a Saturday, a long holiday, for tomorrow; 47 hours ahead; the day itself; before the day's reminder.
    check(
        &office(),
        "
        2026-11-10 19:59 | 2026-11-18 14:00 | 11-10 19:59 | 11-11 09:00 | 11-13 09:00 | 11-17 13:00 | 11-18 08:30
        2026-11-24 08:10 | 2026-11-27 14:00 | 11-24 08:10 | -           | -           | 11-26 13:00 | 11-27 08:30
        2026-11-24 21:30 | 2026-11-27 14:00 | 11-25 09:00 | -           | -           | 11-26 13:00 | 11-27 08:30
        2026-11-14 10:00 | 2026-11-20 14:00 | 11-16 09:00 | -           | 11-17 09:00 | 11-19 13:00 | 11-20 08:30
        2026-05-02 22:00 | 2026-05-07 14:00 | 05-03 08:00 | -           | -           | -           | 05-07 08:30
        2026-11-24 21:30 | 2026-11-25 15:00 | 11-24 21:30 | -           | -           | -           | 11-25 08:30
        2026-12-01 15:00 | 2026-12-03 14:00 | 12-01 15:00 | -           | -           | 12-02 13:00 | 12-03 08:30
        2026-11-25 10:00 | 2026-11-25 15:00 | 11-25 10:00 | -           | -           | -           | -
        2026-11-16 10:00 | 2026-11-25 08:00 | 11-16 10:00 | 11-18 09:00 | 11-19 09:00 | 11-24 13:00 | -
        2026-11-16 10:00 | 2026-11-25 00:30 | 11-16 10:00 | 11-18 09:00 | 11-19 09:00 | 11-24 13:00 | -
        2026-11-25 15:00 | 2026-11-25 15:00 | -           | -           | -           | -           | -
        ",
    );
}

#[test]
fn short_notice_leaves_the_eve_and_the_day() {
    // Counted by business days, d3 is gone by then anyway: only a ladder of calendar days shows the limit.
    let ahead = Ahead { day_kind: DayKind::Calendar, days: 2, ..Ladder::default().d3.ahead };
    let ladder = Ladder { short_notice_days: 3, d3: Rung { on: true, ahead }, ..Ladder::default() };
    for (starts, d3) in [("2026-12-03 14:00", true), ("2026-12-03 13:59", false)] {
        let call = call("2026-11-30 14:00", starts);
        let plan = plan(&ladder, &call, call.called_at, &office(), &Holidays::default());
        assert_eq!(plan.iter().any(|due| due.kind == ReminderKind::D3), d3, "{starts}");
    }
}

#[test]
fn no_plan_ever_breaks_the_promises() {
    let (ladder, holidays) = (Ladder::default(), Holidays::default());
    let first = jst("2026-04-01 00:10");
    for (called, ahead) in (0..400_i64).flat_map(|step| (1..40).map(move |ahead| (step * 19, ahead * 17))) {
        let called_at = first + TimeDelta::hours(called);
        let call = Call { called_at, starts_at: called_at + TimeDelta::hours(ahead), was: None };
        for calendar in [office(), clinic()] {
            let plan = plan(&ladder, &call, called_at, &calendar, &holidays);
            assert_eq!(plan[0].kind, ReminderKind::Invite, "{call:?}");
            assert!(plan.is_sorted_by(|one, next| one.due_at < next.due_at), "{call:?} {plan:?}");
            assert!(plan.iter().all(|due| called_at <= due.due_at && due.due_at < call.starts_at), "{call:?} {plan:?}");
            for due in plan.iter().filter(|due| !matches!(due.kind, ReminderKind::Invite | ReminderKind::SameDay)) {
                assert!(calendar.is_open(day_of(due.due_at), &holidays), "{call:?} {due:?}");
                assert_eq!(ladder.quiet.end(due.due_at), due.due_at, "{call:?} {due:?}");
            }
        }
    }
}

#[test]
fn a_plan_made_later_holds_only_what_lies_ahead() {
    let call = Call { was: Some(jst("2026-11-26 14:00")), ..call("2026-11-10 10:00", "2026-11-27 14:00") };
    for (now, due) in [
        ("2026-11-24 08:59", "moved 11-10 11:00, d3 11-24 09:00, d1 11-26 13:00, same_day 11-27 08:30"),
        ("2026-11-24 09:01", "moved 11-10 11:00, d1 11-26 13:00, same_day 11-27 08:30"),
        ("2026-11-27 14:00", ""),
    ] {
        let plan = plan(&Ladder::default(), &call, jst(now), &office(), &Holidays::default());
        assert_eq!(shown(&plan).join(", "), due, "{now}");
    }
}

#[test]
fn a_step_after_the_conference_counts_its_hours_both_ways() {
    let step = |on, hours| FollowUp { on, hours };
    let (noon, next) = (jst("2026-12-28 12:00"), jst("2026-12-29 12:00"));
    for (step, moment, after, before) in [
        (step(true, 24), noon, Some(next), Some(jst("2026-12-27 12:00"))),
        (step(true, 0), noon, Some(noon), Some(noon)),
        (step(false, 24), noon, None, None),
    ] {
        assert_eq!((step.after(moment), step.before(moment)), (after, before), "{step:?}");
    }
}

#[test]
fn a_message_waits_for_an_open_hour() {
    let quiet = Ladder::default().quiet;
    for (calendar, urgent, now, delivered) in [
        (office(), false, "2026-11-20 19:59", "2026-11-20 19:59"),
        (office(), false, "2026-11-20 20:00", "2026-11-24 09:00"),
        (office(), true, "2026-11-20 20:00", "2026-11-20 20:00"),
        (office(), false, "2026-11-24 07:59", "2026-11-24 09:00"),
        (office(), false, "2026-11-24 08:00", "2026-11-24 08:00"),
        (office(), false, "2026-11-23 00:00", "2026-11-24 09:00"),
        (clinic(), false, "2026-11-26 10:00", "2026-11-27 09:00"),
        (clinic(), false, "2026-11-27 13:00", "2026-11-27 13:00"),
        (away(), false, "2026-11-26 10:00", "2026-11-26 10:00"),
        (never_open(), false, "2026-11-26 23:00", "2026-11-27 08:00"),
    ] {
        let found = deliver_at(jst(now), urgent, quiet, &calendar, &Holidays::default());
        assert_eq!(found, jst(delivered), "{now}");
    }
}

#[test]
fn just_before_sending_it_is_asked_whether_it_still_makes_sense() {
    use ReminderKind::{Cancelled, D1, D3, D7, Invite, Moved, Receipt3d, SameDay};
    use Standing::{Attending, NotAttending, Silent, Tentative};
    let starts_at = jst("2026-11-27 14:00");
    let usual = |standing| Situation {
        standing,
        polled: Polled::Silent,
        cancelled: false,
        moved: false,
        starts_at,
        same_day: true,
    };
    let before = jst("2026-11-27 13:59");
    for (kind, standing, sent) in [
        (Invite, Silent, Ok(())),
        (Invite, Attending, Ok(())),
        (Invite, NotAttending, Err(WhyNot::Declined)),
        (Moved, NotAttending, Ok(())),
        (D7, Silent, Ok(())),
        (D7, Tentative, Err(WhyNot::Answered)),
        (D3, Silent, Ok(())),
        (D3, Attending, Err(WhyNot::Answered)),
        (D3, NotAttending, Err(WhyNot::Answered)),
        (D1, Silent, Ok(())),
        (D1, Attending, Ok(())),
        (D1, Tentative, Ok(())),
        (D1, NotAttending, Err(WhyNot::Declined)),
        (SameDay, Attending, Ok(())),
        (SameDay, Silent, Err(WhyNot::Unsettled)),
        (SameDay, Tentative, Err(WhyNot::Unsettled)),
        (SameDay, NotAttending, Err(WhyNot::Declined)),
    ] {
        assert_eq!(still_due(kind, &usual(standing), before), sent, "{kind:?} to {standing:?}");
    }
    for (polled, sent) in
        [(Polled::Silent, Ok(())), (Polled::Voted, Err(WhyNot::Answered)), (Polled::Fixed, Err(WhyNot::Fixed))]
    {
        let situation = Situation { polled, ..usual(Silent) };
        assert_eq!(still_due(ReminderKind::Poll, &situation, before), sent, "{polled:?}");
    }
    for kind in ReminderKind::ALL {
        let after = if *kind == Receipt3d { Ok(()) } else { Err(WhyNot::Over) };
        let kept = if *kind == Cancelled { Ok(()) } else { Err(WhyNot::Cancelled) };
        assert_eq!(still_due(*kind, &usual(Silent), starts_at), after, "{kind:?} after the start");
        assert_eq!(still_due(*kind, &Situation { cancelled: true, ..usual(Silent) }, before), kept, "{kind:?}");
        assert_eq!(still_due(*kind, &Situation { moved: true, ..usual(Silent) }, before), Err(WhyNot::Moved));
    }
}

#[test]
fn a_ladder_can_be_kept_and_a_new_setting_has_its_default() {
    let ladder = Ladder { short_notice_days: 3, ..Ladder::default() };
    let stored = serde_json::to_string(&ladder).unwrap();
    assert_eq!(serde_json::from_str::<Ladder>(&stored).unwrap(), ladder);
    assert_eq!(serde_json::from_str::<Ladder>(r#"{"short_notice_days":3}"#).unwrap(), ladder);
}

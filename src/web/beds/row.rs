//! A hospital as a card of the board and its wards as lines in it, in words.

use chrono::{DateTime, Utc};

use crate::domain::bed::board::Standing;
use crate::domain::bed::{Acceptance, AgeLimits, ClosedReason, EntryKind, Freshness, freshness};
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::wareki;
use crate::store::beds::{Report, WardNow};
use crate::web::ui::board::{House, Row};
use crate::web::ui::chip::{Chip, acceptance};

/// By what a report is judged: the moment, the age limits, the calendar.
#[derive(Clone, Copy, Debug)]
pub struct Light<'a> {
    /// Now.
    pub now: DateTime<Utc>,
    /// From which age a report is old or void.
    pub limits: AgeLimits,
    /// The holidays, for dates.
    pub holidays: &'a Holidays,
}

impl Light<'_> {
    /// What may be believed of a ward.
    #[must_use]
    pub fn standing(&self, ward: &WardNow) -> Standing {
        let report = &ward.report;
        let said = Standing::of(report.as_of, report.acceptance, self.now, self.limits);
        said.with_beds(report.reported_capacity, ward.capacity)
    }

    /// The wards of one hospital as its card; none where there are no wards. A telephone that all of them have is the card's.
    #[must_use]
    pub fn house<'w>(&self, wards: &[&'w WardNow]) -> Option<House<'w>> {
        let first = wards.first()?;
        let phone = first.phone.as_deref().filter(|_| wards.iter().all(|ward| ward.phone == first.phone));
        let mut units: Vec<_> = wards.iter().map(|ward| self.row(ward)).collect();
        if phone.is_some() {
            units.iter_mut().for_each(|unit| unit.phone = None);
        }
        let place = first.municipality_name.clone().unwrap_or_default();
        Some(House { id: format!("house-{}", first.org_id), name: &first.org_name, place, phone, ask: None, units })
    }

    /// A ward as a line of the board.
    fn row<'w>(&self, ward: &'w WardNow) -> Row<'w> {
        let report = &ward.report;
        let standing = self.standing(ward);
        let shows = !matches!(standing, Standing::Void | Standing::Never);
        Row {
            id: format!("ward-{}", ward.ward_id),
            href: Some(format!("/beds/wards/{}", ward.ward_id)),
            unit: &ward.ward_name,
            kind: ward.ward_kind.label(),
            state: chip(standing, report.accepting),
            accepting: shows.then_some(report.accepting.unsigned_abs()),
            counts: if shows { counts(report) } else { Vec::new() },
            tags: if shows { self.tags(ward, standing) } else { Vec::new() },
            as_of: self.as_of(report),
            age: report.as_of.map(|as_of| wareki::ago(as_of, self.now)).unwrap_or_default(),
            by: report.as_of.map(|_| format!("報告：{}", reported_by(report))).unwrap_or_default(),
            phone: ward.phone.as_deref(),
        }
    }

    /// The moment of which a report speaks: 「9:05」; one that is old says that it is: 「昨日 8:00 の値」.
    #[must_use]
    pub fn as_of(&self, report: &Report) -> String {
        let Some(as_of) = report.as_of else { return "まだ報告がありません".into() };
        let when = wareki::recent(as_of, self.now, self.holidays);
        let is_fresh = freshness(report.as_of, self.now, self.limits) == Freshness::Fresh;
        if is_fresh { when } else { format!("{when} の値") }
    }

    fn tags(&self, ward: &WardNow, standing: Standing) -> Vec<String> {
        let report = &ward.report;
        let today = report.as_of.is_some_and(|as_of| day_of(as_of) == day_of(self.now));
        let closed = match report.closed_reason {
            Some(ClosedReason::Other) | None => format!("休止 {}床", report.closed),
            Some(reason) => format!("休止 {}床（{}）", report.closed, reason.label()),
        };
        let beds = format!("病床数が{}床から{}床に変わりました。報告待ち", report.reported_capacity, ward.capacity);
        // Who takes nobody takes nobody at any hour.
        let hours = report.accept_hours.in_short().filter(|_| report.acceptance != Acceptance::NotAccepting);
        let all = [
            (standing == Standing::Unsure, beds),
            (true, report.reported_sex_limit.label().to_owned()),
            (hours.is_some(), hours.unwrap_or_default().to_owned()),
            (report.backup_accepting > 0, format!("後方支援枠 {}床", report.backup_accepting)),
            (report.closed > 0, closed),
            (today && report.discharging_today > 0, format!("本日退院予定 {}人", report.discharging_today)),
            (today && report.expected_24h > 0, format!("明日見込 {}床", report.expected_24h)),
            (today && report.expected_72h > 0, format!("3日以内の見込 {}床", report.expected_72h)),
            (!report.note.is_empty(), report.note.clone()),
        ];
        all.into_iter().filter(|(said, _)| *said).map(|(_, tag)| tag).collect()
    }
}

/// The counts beside the big number.
fn counts(report: &Report) -> Vec<(&'static str, u32)> {
    let counts = [("使用中", report.occupied), ("予約済", report.reserved), ("休止", report.closed)];
    counts.map(|(label, beds)| (label, beds.unsigned_abs())).into()
}

/// Which organisation reported, and how where it isn't the usual way. Persons stand in the records, not on the board.
#[must_use]
pub fn reported_by(report: &Report) -> String {
    match report.entry_kind {
        EntryKind::Entered => report.reported_by.clone(),
        kind => format!("{}（{}）", report.reported_by, kind.label()),
    }
}

/// The chip of a standing and of the beds that may be asked for. What is old never has the colour of what it said, and what is
/// full not that of a free bed.
#[must_use]
pub const fn chip(standing: Standing, accepting: i32) -> Chip {
    match standing {
        _ if standing.is_full(accepting) => acceptance::FULL,
        Standing::Says(said) => said_chip(said),
        Standing::Unsure => acceptance::UNSURE,
        Standing::Old => acceptance::OLD,
        Standing::Void => acceptance::REFERENCE_ONLY,
        Standing::Never => acceptance::NOT_REPORTED,
    }
}

/// The chip of what a ward says.
#[must_use]
pub const fn said_chip(said: Acceptance) -> Chip {
    match said {
        Acceptance::Accepting => acceptance::ACCEPTING,
        Acceptance::Ask => acceptance::ASK,
        Acceptance::NotAccepting => acceptance::NOT_ACCEPTING,
    }
}

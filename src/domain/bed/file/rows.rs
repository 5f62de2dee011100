//! From cells to what wards say: each row is a ward's report or says why it isn't one.

use chrono::{DateTime, DurationRound, NaiveTime, TimeDelta, Utc};
use unicode_normalization::UnicodeNormalization;

use super::register::Register;
use super::{Column, Columns, Grid, Odd, Row, Wrong};
use crate::domain::bed::hours::TakesIn;
use crate::domain::bed::{Acceptance, ClosedReason, Counts, NOTE_MAX, SexLimit, check_as_of, days_since};
use crate::domain::calendar::{at, day_of};
use crate::domain::fault::{Fault, Faults};
use crate::domain::wareki;
use crate::id::{OrgId, WardId};

/// A ward for which the person may report.
#[derive(Clone, Debug)]
pub struct Known {
    /// The ward.
    pub ward: WardId,
    /// Its name.
    pub name: String,
    /// Its organisation.
    pub org: OrgId,
    /// The organisation's name.
    pub org_name: String,
    /// The codes by which a file may name the organisation.
    pub org_codes: Vec<String>,
    /// Its beds.
    pub capacity: i32,
    /// For whom its beds are, where nothing was said.
    pub sex_limit: SexLimit,
    /// What it said last, and of when.
    pub said: Option<(DateTime<Utc>, Counts)>,
}

/// A row that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its number in the file.
    pub line: u32,
    /// The ward as the row names it.
    pub name: String,
    /// What it says, or everything that is wrong with it.
    pub said: Result<Say, Vec<Wrong>>,
}

/// What a row says.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Say {
    /// Which of the known wards.
    pub ward: usize,
    /// What it counts.
    pub counts: Counts,
    /// The moment of which it speaks: what the row says, else now.
    pub as_of: DateTime<Utc>,
}

/// Reads every row of a file that came at `came`. A column that it doesn't have says what the ward said last; a row that
/// doesn't say of when it speaks is of the moment at which the file came.
#[must_use]
pub fn read(grid: &Grid, columns: &Columns, wards: &[Known], came: DateTime<Utc>, now: DateTime<Utc>) -> Vec<Line> {
    let register = Register::of(wards);
    let mut lines: Vec<Line> = Vec::with_capacity(grid.rows.len());
    let mut first_lines = vec![None; wards.len()];
    for row in &grid.rows {
        let cells = Cells { row, columns, came, now };
        let mut said = cells.say(&register);
        if let Ok(Say { ward, .. }) = said
            && let Some(first) = first_lines.get_mut(ward)
        {
            match *first {
                Some(first) => said = Err(vec![Wrong::Twice { first }]),
                None => *first = Some(row.line),
            }
        }
        let name = cells.text(Column::Ward).unwrap_or_default();
        lines.push(Line { line: row.line, name: name.to_owned(), said });
    }
    lines
}

struct Cells<'a> {
    row: &'a Row,
    columns: &'a Columns,
    came: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Cells<'_> {
    /// A cell; none where the file has no such column.
    fn text(&self, column: Column) -> Option<&str> {
        let place = self.columns.place(column)?;
        Some(self.row.cells.get(place).map_or("", String::as_str))
    }

    fn say(&self, register: &Register<'_>) -> Result<Say, Vec<Wrong>> {
        match self.row.odd {
            Some(Odd::Merged) => return Err(vec![Wrong::Merged]),
            Some(Odd::Undecodable) => return Err(vec![Wrong::Undecodable]),
            None => {}
        }
        let formulas: Vec<_> = self.formulas().map(Wrong::Formula).collect();
        if !formulas.is_empty() {
            return Err(formulas);
        }
        let place = self.ward(register).map_err(|wrong| vec![wrong])?;
        let Some(ward) = register.wards.get(place) else { return Err(Vec::new()) };
        let mut faults = Faults::default();
        let counts = self.counts(ward, &mut faults);
        let as_of = self.as_of(&mut faults);
        let mut wrong = self.capacity(ward.capacity, &mut faults);
        if faults.0.is_empty() {
            faults.take(counts.check(ward.capacity));
            let newest = ward.said.as_ref().map(|(as_of, _)| *as_of);
            faults.take(check_as_of(as_of, newest, self.now).map_err(|fault| Faults::one("as_of", fault)));
        }
        let cells = faults.0.into_iter().filter_map(|(field, fault)| Some(Wrong::Cell(field.parse().ok()?, fault)));
        wrong.extend(cells);
        if wrong.is_empty() { Ok(Say { ward: place, counts, as_of }) } else { Err(wrong) }
    }

    /// The columns whose cell is reckoned.
    fn formulas(&self) -> impl Iterator<Item = Column> {
        self.row.formulas.iter().filter_map(|place| self.columns.0.get(*place).copied().flatten())
    }

    /// Which ward is meant. What one may not report is as little there as what doesn't exist.
    fn ward(&self, register: &Register<'_>) -> Result<usize, Wrong> {
        let name = self.text(Column::Ward).unwrap_or_default();
        if name.is_empty() {
            return Err(Wrong::Cell(Column::Ward, Fault::Required));
        }
        let orgs: Vec<_> =
            [Column::OrgCode, Column::OrgName].into_iter().filter_map(|column| self.text(column)).collect();
        register.ward(name, &orgs)
    }

    fn counts(&self, ward: &Known, faults: &mut Faults) -> Counts {
        let days = days_since(ward.said.as_ref().map(|(as_of, _)| *as_of), self.now);
        let last = ward.said.as_ref().map(|(_, counts)| counts.clone().carried(days));
        let before = |number: fn(&Counts) -> i32| last.as_ref().map_or(0, number);
        let closed = self.number(Column::Closed, before(|last| last.closed), faults);
        let reason =
            self.code(Column::ClosedReason, last.as_ref().and_then(|last| last.closed_reason), closed_reason, faults);
        Counts {
            occupied: self.needed(Column::Occupied, faults),
            reserved: self.number(Column::Reserved, before(|last| last.reserved), faults),
            accepting: self.needed(Column::Accepting, faults),
            closed,
            closed_reason: reason.filter(|_| closed > 0),
            backup_accepting: self.number(Column::BackupAccepting, before(|last| last.backup_accepting), faults),
            discharging_today: self.number(Column::DischargingToday, before(|last| last.discharging_today), faults),
            expected_24h: self.number(Column::Expected24h, before(|last| last.expected_24h), faults),
            expected_72h: self.number(Column::Expected72h, before(|last| last.expected_72h), faults),
            acceptance: self.acceptance(last.as_ref().map(|last| last.acceptance), faults),
            accept_hours: self.hours(last.as_ref().map(|last| &last.accept_hours), faults),
            sex_limit: self
                .code(Column::SexLimit, last.as_ref().map(|last| last.sex_limit), sex_limit, faults)
                .unwrap_or(ward.sex_limit),
            note: self.note(last.map(|last| last.note).unwrap_or_default(), faults),
        }
    }

    /// A number that the file has to say.
    fn needed(&self, column: Column, faults: &mut Faults) -> i32 {
        faults.check(self.text(column).is_some_and(|text| !text.is_empty()), column.code(), Fault::Required);
        self.number(column, 0, faults)
    }

    /// A number: full-width digits and a unit behind them are taken; an empty cell is none.
    fn number(&self, column: Column, before: i32, faults: &mut Faults) -> i32 {
        let Some(text) = self.text(column) else { return before };
        let text: String = text.nfkc().filter(|sign| !sign.is_whitespace()).collect();
        let digits = text.trim_end_matches(['床', '人', '名', '室']);
        if text.is_empty() {
            return 0;
        }
        let number = digits.parse().ok().filter(|number| (0..=9999).contains(number) && !digits.starts_with('+'));
        faults.check(number.is_some(), column.code(), Fault::NotANumber);
        number.unwrap_or(0)
    }

    /// One of a closed list; what was said before where there is no such column, nothing where the cell is empty.
    fn code<T>(
        &self,
        column: Column,
        before: Option<T>,
        read: fn(&str) -> Option<T>,
        faults: &mut Faults,
    ) -> Option<T> {
        let Some(text) = self.text(column) else { return before };
        let text: String = text.nfkc().filter(|sign| !sign.is_whitespace()).collect();
        if text.is_empty() {
            return None;
        }
        let found = read(&text);
        faults.check(found.is_some(), column.code(), Fault::NotAChoice);
        found
    }

    /// Whether the ward may be asked: it has to be said now or to have been said before, for nobody can count it.
    fn acceptance(&self, before: Option<Acceptance>, faults: &mut Faults) -> Acceptance {
        let found = self.code(Column::Acceptance, before, acceptance, faults);
        let is_wrong = faults.of(Column::Acceptance.code()).is_some();
        faults.check(found.is_some() || is_wrong, Column::Acceptance.code(), Fault::Required);
        found.unwrap_or(Acceptance::NotAccepting)
    }

    /// When patients are taken in: it need not be said, and an empty cell says that nothing is.
    fn hours(&self, before: Option<&TakesIn>, faults: &mut Faults) -> TakesIn {
        let Some(text) = self.text(Column::AcceptHours) else { return before.cloned().unwrap_or_default() };
        let found = TakesIn::read(text);
        faults.check(found.is_some(), Column::AcceptHours.code(), Fault::NotAChoice);
        found.unwrap_or_default()
    }

    fn note(&self, before: String, faults: &mut Faults) -> String {
        let note = self.text(Column::Note).map_or(before, str::to_owned);
        faults.check(note.chars().count() <= NOTE_MAX, Column::Note.code(), Fault::TooLong { max: NOTE_MAX });
        note
    }

    /// The ward's number of beds belongs to the register; a file that says another is about another ward, or knows better.
    fn capacity(&self, capacity: i32, faults: &mut Faults) -> Vec<Wrong> {
        let is_empty = self.text(Column::Capacity).is_none_or(str::is_empty);
        let said = self.number(Column::Capacity, capacity, faults);
        if is_empty || said == capacity || faults.of(Column::Capacity.code()).is_some() {
            Vec::new()
        } else {
            vec![Wrong::OtherCapacity { capacity }]
        }
    }

    /// Of when it speaks: the day and the minute at which the file came, unless the row says otherwise.
    fn as_of(&self, faults: &mut Faults) -> DateTime<Utc> {
        let now = self.came.duration_trunc(TimeDelta::minutes(1)).unwrap_or(self.came);
        let (day, mut time) =
            (self.text(Column::AsOfDay).unwrap_or_default(), self.text(Column::AsOf).unwrap_or_default());
        let (mut day, rest) = day.split_once([' ', 'T', '\u{3000}']).unwrap_or((day, ""));
        // Either of the two columns may hold both.
        if let Some((date, hour)) = time.split_once([' ', 'T', '\u{3000}']) {
            (day, time) = (if day.is_empty() { date } else { day }, hour);
        } else if time.is_empty() {
            time = rest;
        }
        let read_day = || if day.is_empty() { Ok(day_of(now)) } else { wareki::parse_date(day) };
        let date =
            read_day().map_err(|why| faults.add(Column::AsOfDay.code(), Fault::NotADate(why))).unwrap_or(day_of(now));
        if time.is_empty() {
            let is_today = date == day_of(now);
            let fault = if date > day_of(now) { Fault::InFuture } else { Fault::Required };
            let column = if date > day_of(now) { Column::AsOfDay } else { Column::AsOf };
            faults.check(is_today, column.code(), fault);
            return now;
        }
        let hour = without_seconds(time);
        let hour = wareki::parse_time(hour).map_err(|_| faults.add(Column::AsOf.code(), Fault::NotATime));
        at(date, hour.unwrap_or(NaiveTime::MIN))
    }
}

/// 「9:00:00」 of a program is 「9:00」.
fn without_seconds(time: &str) -> &str {
    match time.match_indices(':').nth(1) {
        Some((second, _)) => time.get(..second).unwrap_or(time),
        None => time,
    }
}

fn closed_reason(text: &str) -> Option<ClosedReason> {
    ClosedReason::ALL.iter().copied().find(|reason| reason.label() == text || reason.code() == text)
}

fn sex_limit(text: &str) -> Option<SexLimit> {
    Some(match text {
        "男" | "男性" | "男性のみ" | "male" => SexLimit::Male,
        "女" | "女性" | "女性のみ" | "female" => SexLimit::Female,
        "男女可" | "男女" | "両方" | "問わず" | "either" => SexLimit::Either,
        _ => return None,
    })
}

fn acceptance(text: &str) -> Option<Acceptance> {
    Some(match text {
        "受入可" | "受け入れ可" | "可" | "可能" | "○" | "◯" | "〇" | "◎" | "accepting" => {
            Acceptance::Accepting
        }
        "要相談" | "相談" | "条件付" | "条件付き" | "△" | "ask" => Acceptance::Ask,
        "受入不可" | "受け入れ不可" | "不可" | "停止" | "×" | "✕" | "not_accepting" => {
            Acceptance::NotAccepting
        }
        _ => return None,
    })
}

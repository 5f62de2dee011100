//! What is wrong with something that was entered: which field, and what. The words stand in `words.rs`.

use std::ops::RangeInclusive;

use super::bed::file::FileFault;
use super::conference::AnswerKind;
use super::wareki::DateFault;
use crate::id::{AnswerId, BallotId, CaseId};

/// One thing that is wrong with one field.
#[derive(Clone, Debug, PartialEq)]
pub enum Fault {
    /// Nothing was entered where something is needed.
    Required,
    /// Longer than `max` characters.
    TooLong {
        /// The limit, in characters.
        max: usize,
    },
    /// Not one of the choices.
    NotAChoice,
    /// Not a whole number from 0 to 9999.
    NotANumber,
    /// Not more than `than`.
    NotMoreThan {
        /// The number that it has to exceed.
        than: i64,
    },
    /// More than `max`.
    MoreThan {
        /// The most there may be.
        max: i64,
    },
    /// Quiet hours that leave too little of the day.
    TooQuiet {
        /// So many hours may be quiet at most.
        max: i64,
    },
    /// Not a date, and why.
    NotADate(DateFault),
    /// Not a time of day.
    NotATime,
    /// Not a web address that begins with `https://`.
    NotAnAddress,
    /// Not a mail address.
    NotAMail,
    /// Not a telephone number.
    NotAPhone,
    /// Not a FAX number that a machine can dial.
    NotAFax,
    /// Nobody confirms what they entered themselves.
    SamePerson,
    /// No organisation has such a name.
    NoSuchOrg,
    /// More than a year ahead.
    TooFarAhead,
    /// Not degrees north and east of a place in Japan.
    NotAPlace,
    /// A code of a sheet for bed reports that is no hospital's.
    NoSuchSheet,
    /// A short code that is nobody's.
    NotACode,
    /// Not the open hours of a day, such as 「9:00-12:00 15:00-18:00」.
    NotHours,
    /// A line that is neither a day nor a span of days.
    NotDays {
        /// The line.
        line: String,
    },
    /// Not a sign-in id.
    NotALogin,
    /// A role for oneself, which somebody else has to give.
    OwnRoles,
    /// The own account, which somebody else has to disable.
    OwnAccount,
    /// Not the Cabinet Office's table of holidays; says the line.
    NotHolidays {
        /// The line that isn't what is expected; 1 is the header.
        line: usize,
    },
    /// A day before the registration.
    BeforeRegistration,
    /// A moment more than a day before the promise.
    BeforePromise,
    /// A hospital's turn at the hours of another one of it.
    DutyOverlaps,
    /// So many turns would go with a hospital.
    TurnsGo {
        /// Turns, those that are over left out.
        turns: usize,
    },
    /// A hospital that isn't among those that there are to choose from.
    NotAskable,
    /// The same choice twice.
    Twice,
    /// So many beds of a ward are promised that is to leave the board.
    BedsPromised {
        /// Promises that are open.
        beds: i32,
    },
    /// The exchange was answered on an earlier day, and the link of it is used up.
    AnsweredBefore,
    /// A table of holidays without 1 January, or with fewer than ten days, of a year that it must hold.
    HolidaysMissing {
        /// The year.
        year: i32,
    },
    /// In the future where only the past makes sense.
    InFuture,
    /// The patient's name in words that go out to others.
    NamesPatient,
    /// A day before the admission.
    BeforeAdmission,
    /// In the past where only the future makes sense.
    InPast,
    /// Ends before it starts.
    EndsBeforeStart,
    /// The parts of a ward don't add up to its capacity.
    SumMismatch {
        /// Beds of the ward.
        capacity: i32,
        /// What the parts add up to.
        sum: i32,
    },
    /// More beds for the back-up programme than are accepting.
    MoreThanAccepting {
        /// The accepting beds.
        accepting: i32,
    },
    /// Beds are closed and nobody said why.
    ClosedWithoutReason,
    /// More patients leave than there are in the beds.
    MoreThanOccupied {
        /// The occupied beds.
        occupied: i32,
    },
    /// A file of beds, or its rows, can't be taken.
    BadFile(FileFault),
    /// A request goes against rules of its programme, or nobody knows: that is to be read first.
    RulesUnmet {
        /// Rules that aren't met.
        unmet: usize,
        /// Rules of which nobody knows.
        unknown: usize,
    },
    /// The bed went to somebody else, or there is none.
    BedTaken,
    /// A request that is no longer open.
    RequestClosed,
    /// A hospital that hasn't accepted.
    NotAccepted,
    /// More hospitals at once than `max`.
    TooManyHospitals {
        /// The limit.
        max: usize,
    },
    /// The patient is registered with a hospital: one patient, one hospital. Where isn't told.
    AlreadyRegistered,
    /// A correction that makes another patient of one.
    OtherPatient,
    /// The registration has ended.
    RegistrationEnded,
    /// A table isn't a rota.
    NotRota {
        /// Which lines, and why.
        lines: String,
    },
    /// More rooms than the ward has beds.
    MoreThanBeds {
        /// The ward's beds.
        capacity: i32,
    },
    /// Fewer beds within three days than for tomorrow alone.
    LessThanTomorrow {
        /// 明日見込.
        expected: i32,
    },
    /// A report speaks of a moment more than `hours` ago.
    TooLongAgo {
        /// The limit, in hours.
        hours: i64,
    },
    /// A ward has a report that is newer than this one.
    NewerReport,
    /// 「変更なし」 where a ward has never reported.
    NothingToRepeat,
    /// A member of the prior team is neither named nor said to be none or unknown.
    TeamSilent,
    /// 「なし」 or 「不明」 without who confirmed it.
    NobodyConfirmed,
    /// The organisation doesn't exist, or is of a kind that can't take this part.
    WrongOrg,
    /// Another organisation was typed over the chosen one: what was found is to be confirmed.
    OrgNotConfirmed,
    /// A member of the prior team is left out of the conference without a reason.
    LeftOutWithoutReason,
    /// The case is closed.
    CaseClosed,
    /// The conference is over.
    ConferenceOver,
    /// The conference hasn't begun.
    ConferenceAhead,
    /// Nobody is said to have been at a conference.
    NobodyAttended,
    /// The conference was moved after the page was opened: the answer was meant for another date.
    Moved,
    /// The conference was cancelled.
    ConferenceCancelled,
    /// The invitation was taken back.
    InvitationRemoved,
    /// The prior doctor hasn't been told.
    DoctorNotTold,
    /// Three failed calls are the condition of this waiver, and `calls` are on record.
    TooFewCalls {
        /// Failed calls on record.
        calls: i64,
    },
    /// 「いない」 while a prior doctor is named.
    DoctorIsNamed,
    /// The password is too short, or holds the name or the sign-in id.
    WeakPassword {
        /// The least number of characters.
        min: usize,
    },
    /// The new password is the old one.
    SamePassword,
    /// The two entries of the new password differ.
    PasswordsDiffer,
    /// The current password is wrong, the account is locked, or there is no such account: never say which.
    SignInFailed,
    /// Already taken by another.
    Taken,
    /// A case of a patient of this name and date of birth, or of this chart number, is open.
    SamePatient {
        /// The case.
        case: CaseId,
    },
    /// Nothing is different from before.
    NothingChanged,
    /// The case has another conference at that time.
    Overlaps,
    /// Fewer slots than a poll needs.
    TooFewSlots,
    /// Two slots of a poll at the same time.
    SlotTwice,
    /// A poll would close on the day of its first slot, or later.
    ClosesTooLate,
    /// A slot without a vote.
    VoteMissing,
    /// The date is still sought: an answer to it can't be given.
    DateOpen,
    /// The date has been fixed: votes have come to an end.
    DateFixed,
    /// Somebody has voted: the slots stay as they are.
    VotesGiven,
    /// A required party can't, or hasn't said so far: that is to be confirmed.
    Objected,
    /// A ward stands twice in one report.
    WardTwice,
    /// The same request key came with other content.
    KeyReused,
    /// Somebody else changed this meanwhile.
    ChangedMeanwhile,
    /// The party has answered since the page was opened: that answer isn't put aside unseen.
    AnsweredMeanwhile {
        /// What it says.
        answer: AnswerKind,
        /// Which one it is.
        id: AnswerId,
    },
    /// The party has voted since the page was opened: those votes aren't put aside unseen.
    VotedMeanwhile {
        /// Which ones they are.
        id: BallotId,
    },
    /// Not a SHA-256 in hexadecimal digits.
    NotADigest,
    /// A value that can't be read.
    Unreadable,
}

impl Fault {
    /// The code that programs compare.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Required => "required",
            Self::TooLong { .. } => "too_long",
            Self::NotAChoice => "not_a_choice",
            Self::NotANumber => "not_a_number",
            Self::NotMoreThan { .. } => "not_more_than",
            Self::MoreThan { .. } => "more_than",
            Self::TooQuiet { .. } => "too_quiet",
            Self::NotADate(_) => "not_a_date",
            Self::NotATime => "not_a_time",
            Self::NotAnAddress => "not_an_address",
            Self::NotAMail => "not_a_mail",
            Self::NotAPhone => "not_a_phone",
            Self::NotAFax => "not_a_fax",
            Self::SamePerson => "same_person",
            Self::NoSuchOrg => "no_such_org",
            Self::TooFarAhead => "too_far_ahead",
            Self::NotAPlace => "not_a_place",
            Self::NoSuchSheet => "no_such_sheet",
            Self::NotACode => "not_a_code",
            Self::NotHours => "not_hours",
            Self::NotDays { .. } => "not_days",
            Self::NotALogin => "not_a_login",
            Self::OwnRoles => "own_roles",
            Self::OwnAccount => "own_account",
            Self::NotHolidays { .. } => "not_holidays",
            Self::BeforeRegistration => "before_registration",
            Self::BeforePromise => "before_promise",
            Self::DutyOverlaps => "duty_overlaps",
            Self::TurnsGo { .. } => "turns_go",
            Self::NotAskable => "not_askable",
            Self::Twice => "twice",
            Self::BedsPromised { .. } => "beds_promised",
            Self::AnsweredBefore => "answered_before",
            Self::HolidaysMissing { .. } => "holidays_missing",
            Self::InFuture => "in_future",
            Self::NamesPatient => "names_patient",
            Self::BeforeAdmission => "before_admission",
            Self::InPast => "in_past",
            Self::EndsBeforeStart => "ends_before_start",
            Self::SumMismatch { .. } => "sum_mismatch",
            Self::MoreThanAccepting { .. } => "more_than_accepting",
            Self::ClosedWithoutReason => "closed_without_reason",
            Self::MoreThanOccupied { .. } => "more_than_occupied",
            Self::BadFile(_) => "bad_file",
            Self::RulesUnmet { .. } => "rules_unmet",
            Self::BedTaken => "bed_taken",
            Self::RequestClosed => "request_closed",
            Self::NotAccepted => "not_accepted",
            Self::TooManyHospitals { .. } => "too_many_hospitals",
            Self::AlreadyRegistered => "already_registered",
            Self::OtherPatient => "other_patient",
            Self::RegistrationEnded => "registration_ended",
            Self::NotRota { .. } => "not_rota",
            Self::MoreThanBeds { .. } => "more_than_beds",
            Self::LessThanTomorrow { .. } => "less_than_tomorrow",
            Self::TooLongAgo { .. } => "too_long_ago",
            Self::NewerReport => "newer_report",
            Self::NothingToRepeat => "nothing_to_repeat",
            Self::TeamSilent => "team_silent",
            Self::NobodyConfirmed => "nobody_confirmed",
            Self::WrongOrg => "wrong_org",
            Self::OrgNotConfirmed => "org_not_confirmed",
            Self::LeftOutWithoutReason => "left_out_without_reason",
            Self::CaseClosed => "case_closed",
            Self::ConferenceOver => "conference_over",
            Self::ConferenceAhead => "conference_ahead",
            Self::NobodyAttended => "nobody_attended",
            Self::Moved => "moved",
            Self::ConferenceCancelled => "conference_cancelled",
            Self::InvitationRemoved => "invitation_removed",
            Self::DoctorNotTold => "doctor_not_told",
            Self::TooFewCalls { .. } => "too_few_calls",
            Self::DoctorIsNamed => "doctor_is_named",
            Self::WeakPassword { .. } => "weak_password",
            Self::SamePassword => "same_password",
            Self::PasswordsDiffer => "passwords_differ",
            Self::SignInFailed => "sign_in_failed",
            Self::Taken => "taken",
            Self::SamePatient { .. } => "same_patient",
            Self::NothingChanged => "nothing_changed",
            Self::Overlaps => "overlaps",
            Self::TooFewSlots => "too_few_slots",
            Self::SlotTwice => "slot_twice",
            Self::ClosesTooLate => "closes_too_late",
            Self::VoteMissing => "vote_missing",
            Self::DateOpen => "date_open",
            Self::DateFixed => "date_fixed",
            Self::VotesGiven => "votes_given",
            Self::Objected => "objected",
            Self::WardTwice => "ward_twice",
            Self::KeyReused => "key_reused",
            Self::ChangedMeanwhile => "changed_meanwhile",
            Self::AnsweredMeanwhile { .. } => "answered_meanwhile",
            Self::VotedMeanwhile { .. } => "voted_meanwhile",
            Self::NotADigest => "not_a_digest",
            Self::Unreadable => "unreadable",
        }
    }
}

/// Everything that is wrong, with the field it belongs to; `""` is the whole form.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Faults(pub Vec<(String, Fault)>);

impl Faults {
    /// One fault of one field.
    #[must_use]
    pub fn one(field: impl Into<String>, fault: Fault) -> Self {
        Self(vec![(field.into(), fault)])
    }

    /// Adds a fault.
    pub fn add(&mut self, field: impl Into<String>, fault: Fault) {
        self.0.push((field.into(), fault));
    }

    /// The same, for checks in a row.
    #[must_use]
    pub fn with(mut self, fine: bool, field: &str, fault: Fault) -> Self {
        self.check(fine, field, fault);
        self
    }

    /// Adds a fault where something is wrong.
    pub fn check(&mut self, fine: bool, field: &str, fault: Fault) {
        if !fine {
            self.add(field, fault);
        }
    }

    /// Adds a fault where a number is below a range or above it.
    pub fn within(&mut self, number: u32, range: RangeInclusive<u32>, field: &str) {
        let (least, most) = (i64::from(*range.start()), i64::from(*range.end()));
        self.check(number >= *range.start(), field, Fault::NotMoreThan { than: least - 1 });
        self.check(number <= *range.end(), field, Fault::MoreThan { max: most });
    }

    /// The faults of one part of a form, whose fields begin with `prefix`.
    #[must_use]
    pub fn under(self, prefix: impl std::fmt::Display) -> Self {
        Self(self.0.into_iter().map(|(field, fault)| (format!("{prefix}_{field}"), fault)).collect())
    }

    /// Takes over the faults of a part.
    pub fn take(&mut self, part: Result<(), Self>) {
        if let Err(part) = part {
            self.0.extend(part.0);
        }
    }

    /// The first fault of a field.
    #[must_use]
    pub fn of(&self, field: &str) -> Option<&Fault> {
        self.0.iter().find(|(name, _)| name == field).map(|(_, fault)| fault)
    }

    /// Nothing is wrong, or all of it.
    ///
    /// # Errors
    /// Itself, unless it is empty.
    pub fn settle(self) -> Result<(), Self> {
        if self.0.is_empty() { Ok(()) } else { Err(self) }
    }
}

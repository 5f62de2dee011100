//! What is wrong with minutes: a draft may be empty, what is shared may not.

use chrono::NaiveDate;

use super::Minutes;
use crate::domain::conference::{FARTHEST, LINE_MAX, TEXT_MAX};
use crate::domain::fault::{Fault, Faults};

impl Minutes {
    /// Checks a draft: whatever is there can be kept. Minutes are often written later, so a decision is due between the day of the
    /// conference, `held_on`, and a year from then.
    ///
    /// # Errors
    /// Every fault, at the fields of the form.
    pub fn check_draft(&self, held_on: NaiveDate) -> Result<(), Faults> {
        let mut faults = Faults::default();
        let mut most = |field: String, text: &str, max: usize| {
            faults.check(text.chars().count() <= max, &field, Fault::TooLong { max });
        };
        for (n, point) in self.agenda.iter().enumerate() {
            most(format!("point_{n}_heading"), &point.heading, LINE_MAX);
            most(format!("point_{n}_text"), &point.text, TEXT_MAX);
        }
        for (n, who) in self.attendees.iter().enumerate() {
            most(format!("who_{n}_name"), &who.name, LINE_MAX);
            most(format!("who_{n}_org"), &who.org, LINE_MAX);
        }
        for (n, decision) in self.decisions.iter().enumerate() {
            most(format!("decision_{n}_what"), &decision.what, TEXT_MAX);
            most(format!("decision_{n}_person"), &decision.person, LINE_MAX);
        }
        most("text".into(), &self.text, 5 * TEXT_MAX);
        most("document".into(), &self.evidence.document, LINE_MAX);
        most("handed_to".into(), &self.evidence.handed_to, LINE_MAX);
        most("handed_by".into(), &self.evidence.handed_by, LINE_MAX);
        let sha256 = &self.evidence.document_sha256;
        let is_digest = sha256.len() == 64 && sha256.bytes().all(|digit| digit.is_ascii_hexdigit());
        faults.check(sha256.is_empty() || is_digest, "document_sha256", Fault::NotADigest);
        for (n, decision) in self.decisions.iter().enumerate() {
            faults.check(!decision.what.is_empty(), &format!("decision_{n}_what"), Fault::Required);
            let (day, field) = (decision.due_on.unwrap_or(held_on), format!("decision_{n}_due_on"));
            faults.check(day >= held_on, &field, Fault::InPast);
            faults.check(day - held_on <= FARTHEST, &field, Fault::TooFarAhead);
        }
        for (n, who) in self.attendees.iter().enumerate() {
            let ends = who.from.zip(who.to).is_none_or(|(from, to)| from < to);
            faults.check(ends, &format!("who_{n}_to"), Fault::EndsBeforeStart);
        }
        faults.settle()
    }

    /// Checks what is to be finished and shared: somebody was there, everybody who was has a name, and something is written.
    ///
    /// # Errors
    /// Every fault, at the fields of the form.
    pub fn check_finished(&self, held_on: NaiveDate) -> Result<(), Faults> {
        let mut faults = Faults::default();
        faults.take(self.check_draft(held_on));
        for (n, who) in self.attendees.iter().enumerate() {
            let named = !who.name.is_empty() || !who.attendance.was_there();
            faults.check(named, &format!("who_{n}_name"), Fault::Required);
        }
        let somebody = self.attendees.iter().any(|who| who.attendance.was_there());
        faults.check(somebody, "who_0_attendance", Fault::NobodyAttended);
        let says = !self.text.is_empty()
            || !self.decisions.is_empty()
            || self.agenda.iter().any(|point| !point.text.is_empty());
        faults.check(says, "text", Fault::Required);
        faults.settle()
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::attendee;
    use super::super::{Attendance, Attendee, Decision, Side};
    use super::*;
    use crate::domain::person::Licence;
    use crate::id::DecisionId;

    fn held_on() -> NaiveDate {
        "2026-12-03".parse().unwrap()
    }

    #[test]
    fn a_decision_is_due_within_a_year_of_the_conference() {
        for (due_on, expected) in [
            ("", None),
            ("2026-12-03", None),
            ("2027-12-04", None),
            ("2026-12-02", Some(Fault::InPast)),
            ("1900-01-01", Some(Fault::InPast)),
            ("2027-12-05", Some(Fault::TooFarAhead)),
            ("9999-12-31", Some(Fault::TooFarAhead)),
        ] {
            let mut minutes = Minutes::blank();
            minutes.decisions.push(Decision {
                id: DecisionId::fresh(),
                what: "残薬を確かめる".into(),
                side: Side::Hospital,
                owner: String::new(),
                person: String::new(),
                due_on: due_on.parse().ok(),
            });
            let fault = minutes.check_draft(held_on()).err().map(|faults| faults.0[0].clone());
            assert_eq!(fault, expected.map(|fault| ("decision_0_due_on".to_owned(), fault)), "{due_on}");
        }
    }

    #[test]
    fn a_digest_has_its_digits_or_is_not_there() {
        let digits = "0123456789abcdef".repeat(4);
        for (sha256, fits) in [
            (String::new(), true),
            (digits.clone(), true),
            (digits.to_uppercase(), true),
            (digits[1..].to_owned(), false),
            (format!("{digits}0"), false),
            (digits.replace('0', "g"), false),
            ("あ".repeat(64), false),
        ] {
            let mut minutes = Minutes::blank();
            minutes.evidence.document_sha256.clone_from(&sha256);
            let fault = minutes.check_draft(held_on()).err().map(|faults| faults.0[0].0.clone());
            assert_eq!(fault.as_deref(), (!fits).then_some("document_sha256"), "{sha256}");
        }
    }

    #[test]
    fn a_draft_may_be_empty_and_a_finished_one_may_not() {
        let person = attendee(Side::Hospital, Licence::Nurse, Attendance::Attended);
        let nameless = Attendee { name: String::new(), ..person.clone() };
        let absent = Attendee { attendance: Attendance::Absent, ..nameless.clone() };
        let said = Minutes { text: "話した".into(), ..Minutes::blank() };
        let with = |attendees: Vec<Attendee>| Minutes { attendees, ..said.clone() };
        let cases = [
            (Minutes::blank(), vec!["who_0_attendance", "text"]),
            (said.clone(), vec!["who_0_attendance"]),
            (with(vec![nameless]), vec!["who_0_name"]),
            (with(vec![absent, person.clone()]), vec![]),
            (Minutes { text: String::new(), ..with(vec![person]) }, vec!["text"]),
        ];
        for (minutes, expected) in cases {
            assert!(minutes.check_draft(held_on()).is_ok());
            let faults = minutes.check_finished(held_on()).err().unwrap_or_default();
            let fields: Vec<_> = faults.0.iter().map(|(field, _)| field.as_str()).collect();
            assert_eq!(fields, expected, "{minutes:?}");
        }
    }
}

//! Two records of one organisation become one, field by field: a file that lacks a column erases nothing.

use super::{Beds, Record, Source};
use crate::domain::fax;
use crate::domain::org::OrgKind;

impl Record {
    /// This record, completed by what is known already. The newer word counts, unless it comes from a short list and the
    /// known one from the full register: then it only fills gaps, so that the order of the files makes no difference.
    #[must_use]
    pub fn over(self, known: Self) -> Self {
        let before = known.fax.clone();
        let merged = if known.source == Source::Navii && self.source == Source::TokyoList {
            known.completed_by(self)
        } else {
            self.completed_by(known)
        };
        let number = |fax: &Option<String>| fax.as_deref().map(fax::digits);
        // The same number in another writing is no other one: whoever has vouched for it needn't again.
        if number(&before) == number(&merged.fax) { Self { fax: before, ..merged } } else { merged }
    }

    fn completed_by(self, other: Self) -> Self {
        let same_place = self.municipality_name.is_none() || self.municipality_name == other.municipality_name;
        Self {
            kind: self.kind_beside(&other),
            source_key: self.key_beside(&other),
            service: self.service.or(other.service),
            name_kana: self.name_kana.or(other.name_kana),
            short_name: self.short_name.or(other.short_name),
            prefecture_code: self.prefecture_code.or(other.prefecture_code),
            // A code belongs to its name: after a move, the old one is wrong.
            municipality_code: self.municipality_code.or(other.municipality_code.filter(|_| same_place)),
            municipality_name: self.municipality_name.or(other.municipality_name),
            address: self.address.or(other.address),
            lat: self.lat.or(other.lat),
            lon: self.lon.or(other.lon),
            phone: self.phone.or(other.phone),
            fax: self.fax.or(other.fax),
            url: self.url.or(other.url),
            mail: self.mail.or(other.mail),
            office_number: self.office_number.or(other.office_number),
            corporate_number: self.corporate_number.or(other.corporate_number),
            beds: self.beds.completed_by(other.beds),
            capacity: self.capacity.or(other.capacity),
            closed_note: self.closed_note.or(other.closed_note),
            weekly_open: self.weekly_open.or(other.weekly_open),
            holidays_open: self.holidays_open.or(other.holidays_open),
            departments: if self.departments.is_empty() { other.departments } else { self.departments },
            line: 0,
            ..self
        }
    }

    /// A file without a column for beds calls every clinic a clinic without beds.
    fn kind_beside(&self, other: &Self) -> OrgKind {
        let silent = self.kind == OrgKind::Clinic && self.beds.total.is_none();
        if silent && other.kind == OrgKind::ClinicWithBeds { other.kind } else { self.kind }
    }

    /// The ID as it was before a spreadsheet took its leading zeros.
    fn key_beside(&self, other: &Self) -> String {
        let damaged = self.source == other.source && other.source_key.len() > self.source_key.len();
        if damaged { other.source_key.clone() } else { self.source_key.clone() }
    }
}

impl Beds {
    fn completed_by(self, other: Self) -> Self {
        Self {
            total: self.total.or(other.total),
            general: self.general.or(other.general),
            long_term: self.long_term.or(other.long_term),
            psychiatric: self.psychiatric.or(other.psychiatric),
            tuberculosis: self.tuberculosis.or(other.tuberculosis),
            infectious: self.infectious.or(other.infectious),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(source: Source, kind: OrgKind, name: &str) -> Record {
        Record::new(kind, source, "0111".into(), name.into())
    }

    fn full() -> Record {
        Record {
            name_kana: Some("ホシゾラ".into()),
            municipality_code: Some("13110".into()),
            municipality_name: Some("目黒区".into()),
            lat: Some(35.6),
            beds: Beds { total: Some(19), ..Beds::default() },
            line: 2,
            ..record(Source::Navii, OrgKind::ClinicWithBeds, "星空医院")
        }
    }

    #[test]
    fn a_shorter_file_erases_nothing() {
        let merged = record(Source::Navii, OrgKind::Clinic, "新星空医院").over(full());
        let kept = Record { name: "新星空医院".into(), line: 0, ..full() };
        assert_eq!(merged, kept);
        let damaged = Record { source_key: "111".into(), ..full() };
        assert_eq!(damaged.over(full()), full().over(full()));
    }

    #[test]
    fn a_number_that_is_written_otherwise_stays_as_it_was() {
        for (old, new, expected) in [
            (Some("03-6379-0427"), Some("0363790427"), Some("03-6379-0427")),
            (Some("03-6379-0427"), Some("03-6379-0428"), Some("03-6379-0428")),
            (Some("03-6379-0427"), None, Some("03-6379-0427")),
            (None, Some("0363790427"), Some("0363790427")),
        ] {
            let record = |fax: Option<&str>| Record { fax: fax.map(str::to_owned), ..full() };
            assert_eq!(record(new).over(record(old)).fax.as_deref(), expected, "{old:?} {new:?}");
        }
    }

    #[test]
    fn a_list_fills_gaps_of_the_register_and_the_order_makes_no_difference() {
        let list = Record {
            name_kana: Some("ほしぞら".into()),
            departments: vec!["内科".into()],
            ..record(Source::TokyoList, OrgKind::ClinicWithBeds, "星空いいん")
        };
        let expected = Record { departments: vec!["内科".into()], line: 0, ..full() };
        assert_eq!(list.clone().over(full()), expected);
        assert_eq!(full().over(list.clone()), expected);
        assert_eq!(full().over(list.clone().over(full())), expected);
        assert_eq!(list.clone().over(full().over(list)), expected);
    }

    #[test]
    fn a_move_takes_the_old_code_away() {
        let moved = Record {
            municipality_name: Some("品川区".into()),
            ..record(Source::Navii, OrgKind::ClinicWithBeds, "星空医院")
        };
        let merged = moved.over(full());
        assert_eq!((merged.municipality_code, merged.municipality_name.as_deref()), (None, Some("品川区")));
    }

    #[test]
    fn what_is_stored_comes_back_the_same() {
        let stored = serde_json::to_string(&full()).unwrap();
        assert_eq!(serde_json::from_str::<Record>(&stored).unwrap(), Record { line: 0, ..full() });
    }
}

//! One organisation as a source describes it, and what makes two records the same organisation.

use super::area::{municipality_name, prefecture_code, prefecture_name};
use super::fault::Oddity;
use super::table::Row;
use super::{Source, cells};
use crate::domain::calendar::{Hours, OrgCalendar};
use crate::domain::org::OrgKind;
use serde::{Deserialize, Serialize};

/// Licensed beds by kind: `None` is not stated, 0 is zero.
#[derive(Debug, Clone, Copy, Default, Deserialize, PartialEq, Eq, Serialize)]
pub struct Beds {
    /// 合計病床数, or the sum of the others where the file has no total.
    pub total: Option<u32>,
    /// 一般病床.
    pub general: Option<u32>,
    /// 療養病床.
    pub long_term: Option<u32>,
    /// 精神病床.
    pub psychiatric: Option<u32>,
    /// 結核病床.
    pub tuberculosis: Option<u32>,
    /// 感染症病床.
    pub infectious: Option<u32>,
}

/// One organisation as its source describes it.
#[derive(Debug, Clone, Deserialize, PartialEq, Serialize)]
pub struct Record {
    /// What it is.
    pub kind: OrgKind,
    /// Where this comes from.
    pub source: Source,
    /// Its ID there, exactly as given: opaque text, never padded.
    pub source_key: String,
    /// Code of the care service (`520`); `None` outside care.
    pub service: Option<String>,
    /// Name as given, with its full-width spaces.
    pub name: String,
    /// Name in kana.
    pub name_kana: Option<String>,
    /// Short name.
    pub short_name: Option<String>,
    /// Prefecture, 2 digits; out of the address where the file has no code.
    pub prefecture_code: Option<String>,
    /// Municipality, 5 digits without check digit; only where the file has a code.
    pub municipality_code: Option<String>,
    /// Municipality's name without the county; out of the address where the file has none.
    pub municipality_name: Option<String>,
    /// Address from the prefecture on, as given.
    pub address: Option<String>,
    /// Latitude in degrees.
    pub lat: Option<f64>,
    /// Longitude in degrees.
    pub lon: Option<f64>,
    /// Telephone: digits and `-`.
    pub phone: Option<String>,
    /// FAX: digits and `-`. Open data doesn't verify it.
    pub fax: Option<String>,
    /// Web page, always `http://` or `https://`.
    pub url: Option<String>,
    /// Mail address found in the place of a web page.
    pub mail: Option<String>,
    /// 介護保険事業所番号, with the leading zero that a spreadsheet took where the check digit confirms it.
    pub office_number: Option<String>,
    /// 法人番号, 13 digits.
    pub corporate_number: Option<String>,
    /// Beds of a hospital or clinic.
    pub beds: Beds,
    /// 定員 of a care facility; `None` for 0, which stands for "not stated".
    pub capacity: Option<u32>,
    /// Remarks on closed or open days in the source's words, for people to read.
    pub closed_note: Option<String>,
    /// Monday to Sunday: `true` is open; `None` is not stated.
    pub weekly_open: Option<[Option<bool>; 7]>,
    /// Whether it is open on public holidays.
    pub holidays_open: Option<bool>,
    /// Names of medical departments.
    pub departments: Vec<String>,
    /// Line in the file, counted from 1 with the header; 0 for what isn't one line of one file.
    #[serde(skip)]
    pub line: u64,
}

impl Record {
    pub(super) fn new(kind: OrgKind, source: Source, source_key: String, name: String) -> Self {
        Self {
            kind,
            source,
            source_key,
            service: None,
            name,
            name_kana: None,
            short_name: None,
            prefecture_code: None,
            municipality_code: None,
            municipality_name: None,
            address: None,
            lat: None,
            lon: None,
            phone: None,
            fax: None,
            url: None,
            mail: None,
            office_number: None,
            corporate_number: None,
            beds: Beds::default(),
            capacity: None,
            closed_note: None,
            weekly_open: None,
            holidays_open: None,
            departments: Vec::new(),
            line: 0,
        }
    }

    pub(super) fn locate(&mut self, place: Place) {
        self.prefecture_code = place.prefecture_code;
        self.municipality_code = place.municipality_code;
        self.municipality_name = place.municipality_name;
        self.address = place.address;
    }

    /// What two records of one organisation have in common, from whichever file: the register, its part or service,
    /// and the ID without leading zeros.
    ///
    /// A file that went through a spreadsheet has lost those zeros and another has not; both must meet in one
    /// organisation. Nothing is read out of the ID: it is compared in the one form that the damage leaves intact. No
    /// two of the 7,587 hospitals differ by leading zeros only. The Tokyo lists carry the IDs of 医療情報ネット.
    #[must_use]
    pub fn match_key(&self) -> String {
        let register = match (self.source, self.kind) {
            (Source::Manual, _) => "manual",
            (Source::CareServices, _) => self.service.as_deref().unwrap_or("care"),
            (_, OrgKind::Pharmacy) => "pharmacy",
            (_, OrgKind::DentalClinic) => "dental",
            (_, OrgKind::Hospital) => "hospital",
            _ => "clinic",
        };
        format!("{register}:{}", self.source_key.trim_start_matches('0'))
    }

    /// The days on which it is open, as far as the source tells. It has no hours that can be trusted, so an open day gets
    /// the assumed ones.
    #[must_use]
    pub fn calendar(&self) -> OrgCalendar {
        let week = self.weekly_open.unwrap_or_default();
        let weekly = week.map(|open| if open == Some(true) { vec![Hours::ASSUMED] } else { Vec::new() });
        OrgCalendar { weekly, holidays_closed: self.holidays_open != Some(true), ..OrgCalendar::default() }
    }
}

/// Where an organisation is.
pub(super) struct Place {
    pub prefecture_code: Option<String>,
    pub municipality_code: Option<String>,
    pub municipality_name: Option<String>,
    pub address: Option<String>,
}

impl Place {
    /// 医療情報ネット has two digits for the prefecture and three for the municipality, or nothing but the address.
    pub(super) fn navii(row: &Row<'_>, oddities: &mut Vec<Oddity>) -> Self {
        let address = row.text("所在地").unwrap_or_default();
        let stated = row.text("都道府県コード").map(|code| format!("{code:0>2}"));
        let prefecture_code =
            stated.filter(|code| prefecture_name(code).is_some()).or_else(|| prefecture_code(address));
        let three = row.text("市区町村コード");
        let code = prefecture_code.as_deref().zip(three).map(|(two, three)| format!("{two}{three}"));
        let municipality_code = code.filter(|code| code.len() == 5 && code.bytes().all(|sign| sign.is_ascii_digit()));
        if let (Some(three), None) = (three, &municipality_code) {
            oddities.push(Oddity::MunicipalityCode(cells::clipped(three)));
        }
        Self {
            prefecture_code,
            municipality_code,
            municipality_name: municipality_name(address),
            address: row.owned("所在地"),
        }
    }
}

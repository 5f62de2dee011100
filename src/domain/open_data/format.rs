//! The tables that can be read, told apart by the names of their columns.

use super::fault::{FileFault, Oddity, Reason};
use super::table::{Header, Row};
use super::{Record, care, medical, pharmacy};

/// A table that is known by its column names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Hospitals, with the full header or the reduced one.
    NaviiHospital,
    /// Clinics with and without beds.
    NaviiClinic,
    /// Dental clinics.
    NaviiDental,
    /// Pharmacies.
    NaviiPharmacy,
    /// Tokyo's hospitals with their departments.
    TokyoHospitals,
    /// Tokyo's pharmacies: ID, name, address.
    TokyoPharmacies,
    /// One service of the care register.
    CareServices,
}

impl Format {
    /// The name to show.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::NaviiHospital => "医療情報ネット 病院",
            Self::NaviiClinic => "医療情報ネット 診療所",
            Self::NaviiDental => "医療情報ネット 歯科診療所",
            Self::NaviiPharmacy => "医療情報ネット 薬局",
            Self::TokyoHospitals => "東京都の病院と診療科目の一覧",
            Self::TokyoPharmacies => "東京都の薬局の一覧",
            Self::CareServices => "介護サービス情報公表システム",
        }
    }

    /// The format of a table with this header. The file's name counts only where the columns leave the kind open.
    pub(super) fn recognise(header: &Header, file_name: &str) -> Result<Self, FileFault> {
        let closest = [
            (Self::CareServices, header.missing(&care::REQUIRED)),
            (Self::NaviiHospital, header.missing(&medical::REQUIRED)),
            (Self::NaviiPharmacy, header.missing(&pharmacy::REQUIRED)),
        ];
        let Some((format, columns)) = closest.into_iter().min_by_key(|(_, missing)| missing.len()) else {
            return Err(FileFault::UnknownHeader);
        };
        match columns.len() {
            0 => Self::within(format, header, file_name).ok_or(FileFault::UnknownHeader),
            1 | 2 => Err(FileFault::MissingColumns { format, columns }),
            _ => Err(FileFault::UnknownHeader),
        }
    }

    /// The format within its family; `None` for midwives (助産所), who are no organisation here.
    fn within(family: Self, header: &Header, file_name: &str) -> Option<Self> {
        let named = |words: [&str; 2]| words.iter().any(|word| file_name.contains(word));
        let format = match family {
            Self::NaviiHospital | Self::NaviiPharmacy if named(["maternity", "助産"]) => return None,
            Self::NaviiHospital if header.has("診療科目名") => Self::TokyoHospitals,
            Self::NaviiHospital if named(["dental", "歯科"]) => Self::NaviiDental,
            Self::NaviiHospital if header.has("精神病床") => Self::NaviiHospital,
            Self::NaviiHospital if header.has("一般病床") || named(["clinic", "診療所"]) => Self::NaviiClinic,
            Self::NaviiPharmacy if !header.has("都道府県コード") => Self::TokyoPharmacies,
            other => other,
        };
        Some(format)
    }

    /// One row, read as this format has it.
    pub(super) fn record(self, row: &Row<'_>, oddities: &mut Vec<Oddity>) -> Result<Record, Reason> {
        match self {
            Self::CareServices => care::record(row, oddities),
            Self::NaviiPharmacy | Self::TokyoPharmacies => pharmacy::record(row, self, oddities),
            _ => medical::record(row, self, oddities),
        }
    }
}

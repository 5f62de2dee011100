//! The sheet of a hospital that reports by FAX: what its wards said last, and a box for each number of today. It goes back to
//! the desk, which enters it. It is about beds and never about a patient.

use std::sync::Arc;

use serde::Serialize;

use super::Press;
use crate::error::Result;

/// A sheet, every word of it as it is to be printed.
#[derive(Clone, Debug, Serialize)]
pub struct BedSheet {
    /// The hospital.
    pub org: String,
    /// When it was printed.
    pub printed: String,
    /// What the desk types to come to this hospital's report.
    pub code: String,
    /// To whom it goes back: name, telephone and FAX; empty where not known.
    pub to: [String; 3],
    /// Until when, in words.
    pub until: String,
    /// Each ward by its name, with うち後方支援枠, 本日退院予定 and 明日見込 as they were: who knows them says them.
    pub outlook: Vec<(String, [String; 3])>,
    /// The wards.
    pub wards: Vec<SheetWard>,
}

/// A ward on the sheet, as it was.
#[derive(Clone, Debug, Serialize)]
pub struct SheetWard {
    /// Its name with its beds.
    pub name: String,
    /// Of when its last report is.
    pub when: String,
    /// 使用中, 予約済, 受入可, 休止.
    pub numbers: [String; 4],
    /// The 受入時間帯, each with whether it was said.
    pub hours: Vec<(&'static str, bool)>,
}

/// The PDF of a sheet.
///
/// # Errors
/// [`crate::error::Error::NoFont`]; typst refuses.
pub async fn bed_sheet(press: &Arc<Press>, sheet: &BedSheet) -> Result<Vec<u8>> {
    press.print(include_str!("beds.typ"), sheet).await
}

#[cfg(test)]
mod tests {
    use super::super::tests::pages;
    use super::*;

    #[tokio::test]
    async fn a_hospital_of_many_wards_gets_as_many_rows() {
        let ward = |number: usize| SheetWard {
            name: format!("{number}階東病棟（40床）"),
            when: "11/24(火) 9:00".into(),
            numbers: ["36", "1", "2", "1"].map(str::to_owned),
            hours: vec![("日中", true), ("夜間", false), ("翌朝", true)],
        };
        let sheet = |wards| BedSheet {
            org: "みなと病院".into(),
            printed: "令和8年11月25日（水）8:00".into(),
            code: "K7M-N3A-EF29".into(),
            to: ["北部相談窓口", "03-0000-0000", "03-0000-0001"].map(str::to_owned),
            until: "10:00".into(),
            outlook: (1..=wards)
                .map(|number| (format!("{number}階東病棟"), ["1", "2", "0"].map(str::to_owned)))
                .collect(),
            wards: (1..=wards).map(ward).collect(),
        };
        for (wards, expected) in [(1, 1), (5, 1), (30, 5)] {
            let pdf = bed_sheet(&Arc::default(), &sheet(wards)).await.unwrap();
            assert!(pages(&pdf) <= expected, "{wards} wards: {} pages", pages(&pdf));
        }
    }
}

//! Paper about registered patients: the sheet with which a patient is registered (the items of 様式20の6), and the hospital's current list
//! of them. Unlike a FAX sheet they name the patient: one for each of those who sign, the other for inside the hospital.

use std::sync::Arc;

use serde::Serialize;

use super::Press;
use crate::error::Result;

/// A clinic or a hospital on the sheet. Empty texts stand for "not known".
#[derive(Clone, Debug, Default, Serialize)]
pub struct Party {
    /// Name.
    pub name: String,
    /// Address.
    pub address: String,
    /// Telephone.
    pub phone: String,
    /// FAX.
    pub fax: String,
    /// The doctor in charge, or nothing.
    pub person: String,
}

/// The sheet, every word of it as it is to be printed.
#[derive(Clone, Debug, Serialize)]
pub struct Registered {
    /// 登録番号.
    pub code: String,
    /// When it was printed.
    pub printed: String,
    /// When it was explained, and by whom.
    pub explained: (String, String),
    /// The home clinic.
    pub clinic: Party,
    /// The hospital.
    pub hospital: Party,
    /// Where to, if that one can't: the first and the second.
    pub others: [String; 2],
    /// The patient: name, kana, date of birth and sex, address, telephone.
    pub patient: [String; 5],
    /// How the patient is.
    pub condition: String,
    /// Who consented.
    pub consented_by: String,
    /// When it was registered, or that it has ended.
    pub registered: String,
}

/// The PDF of a sheet: one page for each of patient, clinic and hospital.
///
/// # Errors
/// [`crate::error::Error::NoFont`]; typst refuses.
pub async fn sheet(press: &Arc<Press>, sheet: &Registered) -> Result<Vec<u8>> {
    press.print(include_str!("registration.typ"), sheet).await
}

/// The current list of registered patients, every word of it as it is to be printed.
#[derive(Clone, Debug, Serialize)]
pub struct List {
    /// Whose list it is.
    pub org: String,
    /// As of when.
    pub printed: String,
    /// Each: number; name, kana, age and sex; clinic or hospital with telephone; registered; last exchange; next one due; wishes still;
    /// changes and events.
    pub rows: Vec<[String; 8]>,
    /// What the third column is.
    pub other: &'static str,
}

/// The PDF of a list.
///
/// # Errors
/// [`crate::error::Error::NoFont`]; typst refuses.
pub async fn list(press: &Arc<Press>, list: &List) -> Result<Vec<u8>> {
    press.print(include_str!("registrations.typ"), list).await
}

#[cfg(test)]
mod tests {
    use super::super::tests::pages;
    use super::*;

    fn keep(name: &str, made: &[u8]) {
        if let Ok(folder) = std::env::var("OKAERI_TEST_SHEETS") {
            std::fs::write(format!("{folder}/registration-{name}.pdf"), made).unwrap();
        }
    }

    fn party(name: &str, person: &str) -> Party {
        Party {
            name: name.into(),
            address: "みさき県汐見市浜町1-2-3".into(),
            phone: "0420-00-2041".into(),
            fax: "0420-00-2042".into(),
            person: person.into(),
        }
    }

    fn short() -> Registered {
        Registered {
            code: "1234-5678".into(),
            printed: "令和8年11月24日（火）10:20".into(),
            explained: ("令和8年11月20日（金）".into(), "空野 太郎".into()),
            clinic: party("そらの診療所", "空野 太郎"),
            hospital: party("みなと総合病院", ""),
            others: ["みさき総合病院".into(), String::new()],
            patient: ["海野 ハル", "ウミノ ハル", "昭和14年3月5日生（87歳）　女性", "", ""].map(str::to_owned),
            condition: "慢性心不全、在宅酸素".into(),
            consented_by: "本人".into(),
            registered: "令和8年11月24日（火）".into(),
        }
    }

    #[tokio::test]
    async fn each_of_the_three_gets_a_page_of_its_own() {
        let odd = Registered {
            patient: ["髙﨑 𠮷男", "タカサキ ヨシオ", "昭和14年3月5日生（87歳）　男性", "#panic() *葛󠄀城市*", "$x"]
                .map(str::to_owned),
            ..short()
        };
        let long = Registered {
            condition: "慢性心不全、在宅酸素。夜間に息切れがあり、利尿薬を調整している。\n".repeat(40),
            others: ["長い名前の病院".repeat(20), "x".repeat(200)],
            patient: short().patient.map(|text| text.repeat(6)),
            ..short()
        };
        for (name, registered, expected) in [("short", short(), 3..=3), ("odd", odd, 3..=3), ("long", long, 6..=9)] {
            let made = sheet(&Arc::default(), &registered).await.unwrap();
            keep(name, &made);
            assert!(expected.contains(&pages(&made)), "{name}: {} pages", pages(&made));
        }
    }

    #[tokio::test]
    async fn a_list_is_as_long_as_it_has_to_be() {
        let row = [
            "1234-5678",
            "髙﨑 𠮷男\nタカサキ ヨシオ\n87歳 男性",
            "そらの診療所\n0420-00-2041",
            "R8.8.24(月)",
            "R8.11.20(金)",
            "R9.2.20(金)",
            "希望する",
            "利尿薬を増量した。",
        ];
        let of = |rows: usize| List {
            org: "みなと総合病院".into(),
            printed: "令和8年11月24日（火）10:20".into(),
            rows: vec![row.map(str::to_owned); rows],
            other: "在宅の主治医",
        };
        for (rows, expected) in [(0, 1..=1), (3, 1..=1), (200, 12..=25)] {
            let made = list(&Arc::default(), &of(rows)).await.unwrap();
            keep(&format!("list-{rows}"), &made);
            assert!(expected.contains(&pages(&made)), "{rows}: {} pages", pages(&made));
        }
    }
}

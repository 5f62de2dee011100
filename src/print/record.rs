//! The record of a conference on paper: everything that the evidence list of the fee rules asks for, in one PDF. It stays in
//! the hospital: unlike a FAX sheet, it names the patient.

use std::sync::Arc;

use serde::Serialize;

use super::Press;
use crate::error::Result;

/// A record, every word of it as it is to be printed.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// 案件番号.
    pub code: String,
    /// Which version it is: 第2版.
    pub edition: String,
    /// When it was printed.
    pub printed: String,
    /// Patient, date, place and so on: what each is, and what it says.
    pub facts: Vec<(String, String)>,
    /// Who was there, or should have been: name and licence; organisation with its number; how and how long.
    pub people: Vec<[String; 3]>,
    /// Opinions in writing: whose, and the words.
    pub opinions: Vec<(String, String)>,
    /// The agenda: heading, or nothing, and what was said.
    pub points: Vec<(String, String)>,
    /// What was decided: what, who, until when, whether it is done.
    pub decisions: Vec<[String; 4]>,
    /// Consent and documents: what each is, and what it says.
    pub evidence: Vec<(String, String)>,
    /// Which kinds of participants count, in words.
    pub kinds: String,
    /// The fee rules: which, and what of it is missing.
    pub checks: Vec<(String, Vec<String>)>,
    /// With whom it was shared: organisation, what it did on the day, how it was sent, when it confirmed.
    pub shared: Vec<[String; 4]>,
    /// Every finished version: number, when, by whom.
    pub versions: Vec<[String; 3]>,
}

/// The PDF of a record.
///
/// # Errors
/// [`crate::error::Error::NoFont`]; typst refuses.
pub async fn record(press: &Arc<Press>, record: &Record) -> Result<Vec<u8>> {
    press.print(include_str!("record.typ"), record).await
}

#[cfg(test)]
mod tests {
    use super::super::tests::pages;
    use super::*;

    fn texts<const N: usize>(row: [&str; N]) -> [String; N] {
        row.map(str::to_owned)
    }

    fn pair(term: &str, words: &str) -> (String, String) {
        (term.into(), words.into())
    }

    fn short() -> Record {
        Record {
            code: "1234-5678".into(),
            edition: "第2版".into(),
            printed: "令和8年12月4日（金）10:20".into(),
            facts: vec![
                pair("患者", "海野 ハルさん（昭和14年3月5日生　院内ID 77-001）"),
                pair("日時", "令和8年12月3日（木）14:00–14:40"),
                pair("場所・方法", "対面　5階カンファレンス室"),
                pair("主催", "みなと総合病院（1312345678）　波野 花"),
                pair("入院日", "令和8年11月20日（金）14:20"),
                pair("退院予定日・退院先", "令和8年12月10日（木）　自宅"),
            ],
            people: vec![
                texts(["波野 花\n看護師", "みなと総合病院\n病院 1312345678", "出席　対面\n14:00〜14:40"]),
                texts(["空野 太郎\n医師", "そらの診療所\n診療所 1311111111", "遅参　ビデオ\n14:10〜14:40"]),
                texts(["海野 夏\n－", "本人・家族 長女", "出席　対面\n14:00〜14:40"]),
            ],
            opinions: vec![pair("つきの薬局 月野 光", "一包化を続けてください。\n夕食後の薬は家族が見ます。")],
            points: vec![pair("病状・経過・予後（医師）", "落ち着いている。"), pair("", "次は退院後2週間で集まる。")],
            decisions: vec![texts(["手すりを付ける", "みなと総合病院\n波野 花", "R8.12.8(火)", "これから"])],
            evidence: vec![pair("本人の同意日", "令和8年12月3日（木）"), pair("渡した文書", "退院時共同指導説明書")],
            kinds: "在宅側の種類：1種類".into(),
            checks: vec![
                ("退院時共同指導料（B004・B005）".into(), vec![]),
                ("多機関共同指導（B005 注3）".into(), vec!["在宅側の3種類以上の参加".into()]),
            ],
            shared: vec![texts([
                "そらの診療所\nかかりつけ医",
                "遅参",
                "R8.12.4(金) 10:06\nメール",
                "R8.12.4(金) 12:30\n空野 太郎",
            ])],
            versions: vec![
                texts(["第2版", "R8.12.4(金) 10:05", "波野 花"]),
                texts(["第1版", "R8.12.3(木) 17:00", "波野 花"]),
            ],
        }
    }

    /// Fifteen people, ten points, a dozen decisions.
    fn long() -> Record {
        let said = "退院後の暮らしについて、本人と家族の意向をうかがい、在宅側の体制を確かめた。".repeat(4);
        let person = texts([
            "髙﨑 𠮷男\n理学療法士",
            "みなとリハビリテーション訪問看護ステーション\n訪問看護ステーション 1360012345",
            "出席　ビデオ\n14:00〜14:40",
        ]);
        let decision = texts([
            "退院の翌日に訪問し、残薬と血圧を確かめて、主治医へ知らせる",
            "みなと訪問看護\n海辺 渚",
            "R8.12.11(金)",
            "これから",
        ]);
        Record {
            people: vec![person; 15],
            points: vec![
                pair("急変時の対応と搬送先（後方支援病床・入院を希望する病院）・人生会議", &said);
                10
            ],
            decisions: vec![decision; 12],
            ..short()
        }
    }

    /// What would be markup, signs outside of the usual planes, words without an end.
    fn odd() -> Record {
        let odd = "#panic(\"x\") [a] $b$ *c* _d_ `e` <f> @g \\ -- ~ /* h */ // i = j";
        let word = "mailto-without-an-end@".repeat(12);
        Record {
            facts: vec![pair("患者", "髙﨑 𠮷乃さん"), pair("場所・方法", &word)],
            people: vec![texts([odd, &word, "出席"])],
            opinions: vec![pair(&word, odd)],
            points: vec![pair(odd, &"終わりのない一行".repeat(600)), pair("", "")],
            decisions: vec![texts([&"長い決定".repeat(500), odd, "", ""])],
            shared: vec![],
            ..short()
        }
    }

    #[tokio::test]
    async fn a_record_is_as_long_as_it_has_to_be() {
        let press = Arc::new(Press::default());
        for (name, sheet, expected) in [("short", short(), 2..=2), ("long", long(), 4..=7), ("odd", odd(), 4..=9)] {
            let made = record(&press, &sheet).await.unwrap();
            if let Ok(folder) = std::env::var("OKAERI_TEST_SHEETS") {
                std::fs::write(format!("{folder}/record-{name}.pdf"), &made).unwrap();
            }
            assert!(made.len() < 600_000, "{name}: {} bytes", made.len());
            assert!(expected.contains(&pages(&made)), "{name}: {} pages", pages(&made));
        }
    }
}

//! Which column of a file is what: guessed by the words of its header, corrected by a person, remembered by those words.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use unicode_normalization::UnicodeNormalization;

use crate::domain::code::codes;

codes! {
    /// What a column can hold. The codes of counts are the names of their fields.
    Column {
        OrgCode = "org_code", "医療機関コード";
        OrgName = "org_name", "病院名";
        Ward = "ward", "病棟";
        Capacity = "capacity", "病床数";
        Occupied = "occupied", "使用中";
        Reserved = "reserved", "予約済";
        Accepting = "accepting", "受入可";
        Closed = "closed", "休止・不可";
        ClosedReason = "closed_reason", "休止の理由";
        BackupAccepting = "backup_accepting", "うち後方支援枠";
        DischargingToday = "discharging_today", "本日退院予定";
        Expected24h = "expected_24h", "明日見込";
        Expected72h = "expected_72h", "3日以内の見込";
        Acceptance = "acceptance", "受け入れ";
        AcceptHours = "accept_hours", "受入時間帯";
        SexLimit = "sex_limit", "受け入れる性別";
        Note = "note", "ひとこと";
        AsOfDay = "as_of_day", "基準日";
        AsOf = "as_of", "基準時刻";
    }
}

/// Words in headers, the more special ones first: 「休止の理由」 isn't a number of closed beds.
const WORDS: &[(Column, &[&str])] = &[
    (Column::OrgCode, &["医療機関コード", "機関コード", "病院コード", "施設コード", "事業所番号"]),
    (Column::OrgName, &["病院名", "医療機関", "施設名", "事業所名", "機関名"]),
    (Column::ClosedReason, &["理由"]),
    (Column::BackupAccepting, &["後方支援", "バックベッド"]),
    (Column::Expected72h, &["3日", "72"]),
    (Column::Expected24h, &["明日", "翌日", "24"]),
    (Column::DischargingToday, &["退院予定", "本日退院", "退所予定"]),
    (Column::SexLimit, &["性別", "男女"]),
    (Column::AcceptHours, &["時間帯"]),
    (Column::Note, &["ひとこと", "備考", "コメント", "特記"]),
    (Column::AsOfDay, &["基準日", "報告日", "日付", "年月日"]),
    (Column::AsOf, &["時刻", "時点", "日時"]),
    (Column::Acceptance, &["受け入れ", "受入状況", "受入可否", "受入状態", "可否"]),
    (Column::Accepting, &["受入可", "空床", "空き", "空室"]),
    (Column::Closed, &["休止", "休床", "閉鎖", "使用不可"]),
    (Column::Reserved, &["予約"]),
    (Column::Occupied, &["使用中", "使用", "入院", "在院", "稼働", "入所", "利用中", "患者数"]),
    (Column::Capacity, &["病床数", "許可病床", "定床", "定員", "総数"]),
    (Column::Ward, &["病棟", "ユニット", "フロア"]),
];

/// Without these a file says nothing.
const NEEDED: [Column; 3] = [Column::Ward, Column::Occupied, Column::Accepting];

/// What the columns of one file are; as many as its header has.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Columns(pub Vec<Option<Column>>);

/// What the columns of one layout of files are, by the words of their headers.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
pub struct Remembered(BTreeMap<String, Option<Column>>);

impl Columns {
    /// By the words of the header: those that have our own names first, and what one column is already, a later one isn't.
    #[must_use]
    pub fn guess(header: &[String]) -> Self {
        let mut found = vec![None; header.len()];
        for told in [exact, guess] {
            for (place, name) in header.iter().enumerate().filter(|(_, name)| !name.is_empty()) {
                if found[place].is_none() {
                    found[place] = told(name).filter(|column| !found.contains(&Some(*column)));
                }
            }
        }
        Self(found)
    }

    /// By our own names alone, as in the template: none where one has to be guessed, or what is needed isn't there.
    #[must_use]
    pub fn ours(header: &[String]) -> Option<Self> {
        let columns = Self::guess(header);
        let is_ours = |(name, column): (&String, &Option<Column>)| column.is_none_or(|_| exact(name) == *column);
        (header.iter().zip(&columns.0).all(is_ours) && columns.missing().is_empty()).then_some(columns)
    }

    /// How many are known.
    #[must_use]
    pub fn known(&self) -> usize {
        self.0.iter().flatten().count()
    }

    /// Where a column is.
    #[must_use]
    pub fn place(&self, column: Column) -> Option<usize> {
        self.0.iter().position(|known| *known == Some(column))
    }

    /// The columns without which a file says nothing, and that aren't there.
    #[must_use]
    pub fn missing(&self) -> Vec<Column> {
        NEEDED.into_iter().filter(|column| self.place(*column).is_none()).collect()
    }

    /// A column that two are said to be.
    #[must_use]
    pub fn twice(&self) -> Option<Column> {
        let places = |column: Column| self.0.iter().filter(|known| **known == Some(column)).count();
        Column::ALL.iter().copied().find(|column| places(*column) > 1)
    }

    /// To be remembered with the words of the header.
    #[must_use]
    pub fn remember(&self, header: &[String]) -> Remembered {
        Remembered(keys(header).into_iter().zip(self.0.iter().copied()).collect())
    }
}

impl Remembered {
    /// What the columns of a file are by the layouts of an organisation, the newest first: by one that has the very words of its
    /// header, else by one that has at least these.
    #[must_use]
    pub fn of(layouts: &[Self], header: &[String]) -> Option<Columns> {
        let same = layouts.iter().filter(|layout| layout.0.keys().eq(keys(header).iter().collect::<BTreeSet<_>>()));
        same.chain(layouts).find_map(|layout| layout.columns(header))
    }

    /// The words of the headers, one to a line: what tells one layout from another.
    #[must_use]
    pub fn words(&self) -> String {
        self.0.keys().map(String::as_str).collect::<Vec<_>>().join("\n")
    }

    /// What the columns of a file are, in whatever order they come; none where it has one that nobody has said anything of, or
    /// lacks what it needs.
    fn columns(&self, header: &[String]) -> Option<Columns> {
        let known: Option<Vec<_>> = keys(header).iter().map(|key| self.0.get(key).copied()).collect();
        let columns = Columns(known?);
        (columns.missing().is_empty() && columns.twice().is_none()).then_some(columns)
    }
}

/// By what each column is remembered: its words, and where others to the left of it have the same, which of them it is.
/// Columns without words are nothing.
fn keys(header: &[String]) -> Vec<String> {
    let mut seen = BTreeMap::new();
    let key = |name: &String| {
        let name = plain(name);
        let nth = seen.entry(name.clone()).and_modify(|nth| *nth += 1).or_insert(1);
        if *nth == 1 || name.is_empty() { name } else { format!("{name} {nth}") }
    };
    header.iter().map(key).collect()
}

/// The column that is called so.
fn exact(name: &str) -> Option<Column> {
    let name = plain(name);
    Column::ALL.iter().copied().find(|column| plain(column.label()) == name || column.code() == name)
}

/// The column whose words stand in a name.
fn guess(name: &str) -> Option<Column> {
    let name = plain(name);
    let has = |words: &[&str]| words.iter().any(|word| name.contains(&plain(word)));
    WORDS.iter().find(|(_, words)| has(words)).map(|(column, _)| *column)
}

/// NFKC in small letters, without space.
fn plain(name: &str) -> String {
    name.nfkc().filter(|sign| !sign.is_whitespace()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_guessed_by_their_words() {
        for (header, expected) in [
            ("病棟名,病床数,入院患者数,空床数", "ward,capacity,occupied,accepting"),
            ("医療機関コード,医療機関名,病棟,使用中", "org_code,org_name,ward,occupied"),
            ("空床,うち後方支援枠,休止・不可,休止の理由", "accepting,backup_accepting,closed,closed_reason"),
            (
                "受入可否,受入可,本日退院予定,明日見込,３日以内の見込",
                "acceptance,accepting,discharging_today,expected_24h,expected_72h",
            ),
            ("病 棟,空床,空床２,担当者", "ward,accepting,-,-"),
            ("基準日,基準時刻,備考,性別", "as_of_day,as_of,note,sex_limit"),
            ("受け入れ,受け入れ時間帯,受入可", "acceptance,accept_hours,accepting"),
            ("ward,occupied,accepting", "ward,occupied,accepting"),
            ("病棟,入院予定,使用中,受入可", "ward,-,occupied,accepting"),
        ] {
            let header: Vec<_> = header.split(',').map(str::to_owned).collect();
            let found = Columns::guess(&header).0;
            let found: Vec<_> = found.iter().map(|column| column.map_or("-", Column::code)).collect();
            assert_eq!(found.join(","), expected);
        }
        let labels: Vec<_> = Column::ALL.iter().map(|column| column.label().to_owned()).collect();
        let all: Vec<_> = Column::ALL.iter().copied().map(Some).collect();
        assert_eq!(Columns::guess(&labels).0, all, "our own template");
    }

    #[test]
    fn a_file_with_our_own_names_needs_no_question() {
        for (header, is_ours) in [
            ("病棟,使用中,受入可", true),
            ("医療機関コード,病棟,病床数,使用中,受入可,休止・不可,担当者,", true),
            ("ward,occupied,accepting", true),
            ("病 棟,使用中,受入可,３日以内の見込", true),
            ("病棟,使用中", false),
            ("病棟,患者数,受入可", false),
            ("病棟,使用中,受入可,明日入院する人", false),
        ] {
            let header: Vec<_> = header.split(',').map(str::to_owned).collect();
            assert_eq!(Columns::ours(&header).is_some(), is_ours, "{header:?}");
        }
    }

    #[test]
    fn each_layout_is_remembered_by_itself() {
        let header = |names: &str| names.split(',').map(str::to_owned).collect::<Vec<_>>();
        let said = |columns: [Column; 3]| Columns(columns.map(Some).to_vec());
        let usual = said([Column::Ward, Column::Occupied, Column::Accepting]);
        let turned = said([Column::Ward, Column::Accepting, Column::Occupied]);
        let (a, b, narrow) = (header("場所,人,あき"), header("棟,在,空,メモ"), header("場所,人,あき,メモ"));
        let wide = Columns([&turned.0[..], &[Some(Column::Note)]].concat());
        let layouts =
            [wide.remember(&narrow), Columns([&usual.0[..], &[None]].concat()).remember(&b), usual.remember(&a)];
        for (header, expected) in [
            (header("場所,人,あき"), Some(usual.0.clone())),
            (header("あき,場所,人"), Some(vec![usual.0[2], usual.0[0], usual.0[1]])),
            (narrow, Some(wide.0.clone())),
            (header("棟,在,空"), Some(usual.0.clone())),
            (header("場所,人,空"), None),
        ] {
            assert_eq!(Remembered::of(&layouts, &header).map(|columns| columns.0), expected, "{header:?}");
        }
        assert_eq!(layouts[2].words(), "あき\n人\n場所");
    }

    #[test]
    fn what_was_said_once_is_remembered_in_any_order() {
        let header = |names: &str| names.split(',').map(str::to_owned).collect::<Vec<_>>();
        let columns = Columns(vec![Some(Column::Ward), Some(Column::Occupied), None, Some(Column::Accepting)]);
        let known = columns.remember(&header("場所,人,メモ,あき"));
        let turned = known.columns(&header("あき,人,場 所")).unwrap();
        assert_eq!(turned.0, [Some(Column::Accepting), Some(Column::Occupied), Some(Column::Ward)]);
        assert_eq!(known.columns(&header("場所,人,あき,新しい列")), None, "somebody has to say what it is");
        assert_eq!(known.columns(&header("場所,人")), None);
        assert_eq!(known.columns(&header("場所,人,あき,あき")), None);
        let (same, second) = (header("場所,人,あき,あき,,"), [Some(Column::Ward), Some(Column::Occupied), None]);
        let second = Columns([&second[..], &[Some(Column::Accepting), None, None]].concat());
        assert_eq!(second.remember(&same).columns(&same), Some(second), "the second of two with the same words");
    }
}

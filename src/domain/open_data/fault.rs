//! What can be wrong with a file, a row or a cell, each told in words to the person who chose the file.

use super::Format;

/// Why a whole file is not read. What was imported before stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FileFault {
    /// Nothing in it.
    Empty,
    /// Not text, or text in an encoding that is not read; says what it seems to be.
    NotATable(&'static str),
    /// Text, but none of the known tables.
    UnknownHeader,
    /// Nearly a known table.
    MissingColumns {
        /// The table it comes closest to.
        format: Format,
        /// The columns it lacks, as normalised names.
        columns: Vec<&'static str>,
    },
    /// A header and nothing under it. Reading it would close every organisation.
    NoRows,
    /// Quotation marks so broken that reading on is guessing.
    TooBroken {
        /// Where reading stopped, counted from 1.
        line: u64,
    },
}

impl FileFault {
    /// The fault in words, with what to do about it.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Empty => "ファイルが空です。".to_owned(),
            Self::NotATable(what) => {
                format!("CSVではありません（{what}）。中のCSV（UTF-8またはShift_JIS）を選んでください。")
            }
            Self::UnknownHeader => {
                "見出しの行が、対応しているどの公開データとも一致しません。配布元のCSVをそのまま選んでください。"
                    .to_owned()
            }
            Self::MissingColumns { format, columns } => {
                format!("「{}」として読むには列が足りません：{}", format.label(), columns.join("、"))
            }
            Self::NoRows => "見出しだけで、データの行がありません。".to_owned(),
            Self::TooBroken { line } => {
                format!("引用符（\"）の閉じ忘れが多すぎるため、{line}行目で読み取りを止めました。")
            }
        }
    }
}

/// A row that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadRow {
    /// The line on which the row begins, counted from 1 with the header.
    pub line: u64,
    /// Why.
    pub reason: Reason,
}

/// Why a row could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reason {
    /// The file ends in the middle of it.
    HalfWritten,
    /// A quotation mark opens and doesn't close where it should.
    UnclosedQuote,
    /// More or fewer cells than the header.
    CellCount {
        /// Cells in the header.
        expected: usize,
        /// Cells in the row.
        found: usize,
    },
    /// A cell too long to be meant.
    CellTooLong {
        /// Its length in bytes.
        bytes: usize,
    },
    /// Bytes that are no character in the file's encoding.
    Undecodable,
    /// No name.
    BlankName,
    /// No ID.
    BlankKey,
    /// An ID that a spreadsheet turned into a number (1.11E+11), or that can't be one. The text is cut to 30 letters.
    DamagedKey(String),
    /// The same organisation as in an earlier row.
    Repeated {
        /// The line of the earlier row.
        first: u64,
    },
    /// A care service that has no kind here. The text is cut to 30 letters.
    UnknownService(String),
}

impl Reason {
    /// The reason in words, without the line number.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::HalfWritten => "行が途中で切れています".to_owned(),
            Self::UnclosedQuote => "引用符（\"）が閉じていません".to_owned(),
            Self::CellCount { expected, found } => {
                format!("列の数が合いません（見出し{expected}、この行{found}）")
            }
            Self::CellTooLong { bytes } => format!("長すぎる欄があります（{bytes}バイト）"),
            Self::Undecodable => "文字コードとして読めない文字があります".to_owned(),
            Self::BlankName => "名称が空です".to_owned(),
            Self::BlankKey => "IDまたは事業所番号が空です".to_owned(),
            Self::DamagedKey(key) => format!("IDが壊れています（{key}）"),
            Self::Repeated { first } => format!("{first}行目と同じ事業所です"),
            Self::UnknownService(service) => format!("対応していないサービスの種類です（{service}）"),
        }
    }
}

/// Something odd in a row that was read all the same, or in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warning {
    /// The line, counted from 1; the header's for the whole file.
    pub line: u64,
    /// What is odd.
    pub oddity: Oddity,
}

/// What is odd, and with it the text as it stands in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Oddity {
    /// An office number that no check digit confirms; kept as given.
    OfficeNumber(String),
    /// A telephone or FAX number with too few or too many digits; kept.
    Phone(String),
    /// A telephone or FAX number to which the lost leading zero was given back.
    PhoneZero(String),
    /// A web address that can't be opened; left out.
    Url(String),
    /// Coordinates outside Japan; left out.
    Coordinates(String),
    /// A code of no municipality; left out.
    MunicipalityCode(String),
    /// A corporate number that isn't 13 digits; left out.
    CorporateNumber(String),
    /// A count that is no number; left out.
    Count(String),
    /// Nothing says whether these are hospitals or clinics; read as hospitals.
    KindAssumed,
    /// More rows open on Sundays than on Wednesdays: the meaning of 0 and 1 may have changed.
    FlagsInverted,
    /// The last line has no end: the file may have been cut there.
    NoLineEnd,
}

impl Oddity {
    /// The oddity in words, without the line number.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::OfficeNumber(text) => {
                format!("事業所番号の検査数字が合いません（{text}）。そのまま取り込みました")
            }
            Self::Phone(text) => format!("電話・FAX番号の桁数を確かめてください（{text}）"),
            Self::PhoneZero(text) => format!("電話・FAX番号の先頭に0を補いました（{text}）"),
            Self::Url(text) => format!("開けないURLのため取り込みません（{text}）"),
            Self::Coordinates(text) => format!("日本の外の座標のため取り込みません（{text}）"),
            Self::MunicipalityCode(text) => format!("市区町村コードが正しくありません（{text}）"),
            Self::CorporateNumber(text) => format!("法人番号が13桁ではありません（{text}）"),
            Self::Count(text) => format!("数として読めません（{text}）"),
            Self::KindAssumed => "病院か診療所か判断できないため、病院として読みました".to_owned(),
            Self::FlagsInverted => {
                "日曜に開いている施設が水曜より多くなっています。休診日の0と1の意味が変わった可能性があります"
                    .to_owned()
            }
            Self::NoLineEnd => "最後の行に改行がありません。途中で切れていないか確かめてください".to_owned(),
        }
    }
}

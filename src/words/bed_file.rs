//! What is wrong with a file of beds, in words that say what to do.

use crate::domain::bed::file::{Column, FILE_MAX, FileFault, ROWS_MAX, Wrong};
use crate::domain::fault::Fault;

/// So many reasons are told at once.
const BRIEF: usize = 3;

/// Why a file, or none of its rows, is taken.
#[must_use]
pub fn file(fault: &FileFault) -> String {
    match fault {
        FileFault::Empty => "ファイルが空です。".into(),
        FileFault::NotATable(what) => {
            format!("CSVでもExcelブック（.xlsx）でもありません（{what}）。Excelで「名前を付けて保存」し、.xlsx か CSV を選んでください。")
        }
        FileFault::TooLarge => format!("ファイルが大きすぎます（{}MBまで）。", FILE_MAX >> 20),
        FileFault::TooManyRows => format!("行が多すぎます（{ROWS_MAX}行まで）。"),
        FileFault::Macros => "マクロ付きのブック（.xlsm）は受け付けません。「Excelブック（.xlsx）」で保存し直してください。".into(),
        FileFault::Bomb => "展開すると大きすぎるブックのため、開きませんでした。空床の表だけを新しいブックに貼り付けて保存してください。".into(),
        FileFault::Broken => "ブックが開けません。パスワードを外し、壊れていないかを確かめて、保存し直してください。".into(),
        FileFault::NoHeader => "見出しの行（病棟・使用中・受入可 など）が見つかりません。".into(),
        FileFault::NoRows => "見出しだけで、データの行がありません。".into(),
        FileFault::Unquoted { line } => {
            format!("引用符（\"）が閉じていません（{line}行目のあたり）。行が混ざるおそれがあるため、何も取り込みませんでした。")
        }
        FileFault::NotChosen => "ファイルを選んでください。".into(),
        FileFault::ColumnsMissing(columns) => missing(columns),
        FileFault::ColumnsUnknown => {
            "どの列が何かを、まだだれも確かめていない見出しです。「ファイルで報告」の画面で一度読み込んで、確かめてください。".into()
        }
        FileFault::ColumnTwice(column) => format!("「{}」の列が2つあります。1つだけにしてください。", column.label()),
        FileFault::RowsWrong(rows) => {
            format!("取り込めない行が{rows}行あります。ファイルを直すか、「誤りのない行だけ取り込む」を押してください。")
        }
        FileFault::NoGoodRow => "取り込める行がありません。ファイルを直して、もう一度お試しください。".into(),
    }
}

/// Why a row isn't taken: the column where there is one, and the reason.
#[must_use]
pub fn row(wrong: &Wrong) -> String {
    match wrong {
        Wrong::Cell(column @ Column::AcceptHours, Fault::NotAChoice) => {
            format!("「{}」：日中・夜間・翌朝のうち当てはまるものを、「・」で区切って書いてください。", column.label())
        }
        Wrong::Cell(column, fault) => format!("「{}」：{}", column.label(), super::fault(fault)),
        Wrong::NoSuchWard(name) => format!("「病棟」：「{name}」という病棟は、報告できる病棟の中にありません。"),
        Wrong::NoSuchOrg(name) => format!("「病院」：「{name}」は、報告できる病院の中にありません。"),
        Wrong::WhichOrg => {
            "「病院」：同じ名前の病棟がいくつかの病院にあります。病院名か医療機関コードの列を加えてください。".into()
        }
        Wrong::Twice { first } => format!("「病棟」：{first}行目と同じ病棟です。"),
        Wrong::OtherCapacity { capacity } => {
            format!("「病床数」：登録の{capacity}床と違います。病床数が変わったときは、病棟の登録を直してください。")
        }
        Wrong::Formula(column) => {
            format!("「{}」：数式です。値だけを貼り付けるか、CSVで保存してから読み込んでください。", column.label())
        }
        Wrong::Merged => "結合されたセルがあります。結合を解除してください。".into(),
        Wrong::Undecodable => "文字化けしている文字があります。UTF-8かShift_JISで保存し直してください。".into(),
    }
}

/// The first of what is wrong with a file, and how much more there is.
#[must_use]
pub fn brief(reasons: &[String]) -> String {
    let first = reasons.iter().take(BRIEF).map(String::as_str).collect::<Vec<_>>().join("　");
    match reasons.len().saturating_sub(BRIEF) {
        0 => first,
        more => format!("{first}　ほか{more}行"),
    }
}

fn missing(columns: &[Column]) -> String {
    let names: Vec<_> = columns.iter().map(|column| format!("「{}」", column.label())).collect();
    format!("{}の列を選んでください。", names.concat())
}

//! How figures are written, and how each is counted.

use chrono::{NaiveDate, TimeDelta};
use maud::{Markup, html};

use crate::domain::numbers::{percent, tenths};
use crate::domain::wareki;

/// 3/4, and with enough of them 75%（60/80）.
pub(super) fn share(part: usize, whole: usize) -> String {
    match percent(part, whole) {
        Some(percent) => format!("{percent}%（{part}/{whole}）"),
        None if whole == 0 => "－".into(),
        None => format!("{part}/{whole}"),
    }
}

/// 1.8通（9通/5件）.
pub(super) fn mean(messages: usize, answered: usize) -> String {
    let Some(tenths) = tenths(messages, answered) else { return "－".into() };
    format!("{}.{}通（{messages}通/{answered}件）", tenths / 10, tenths % 10)
}

/// 25分, 3時間, 2日.
pub(super) fn span(time: TimeDelta) -> String {
    match (time.num_minutes(), time.num_hours()) {
        (minutes, 0) => format!("{minutes}分"),
        (_, hours @ ..48) => format!("{hours}時間"),
        _ => format!("{}日", time.num_days()),
    }
}

/// 令和8年11月.
pub(super) fn month(first: NaiveDate) -> String {
    format!("{}{}月", wareki::year(first), first.format("%-m"))
}

/// How the prior doctors are counted.
pub(super) fn doctors() -> Markup {
    counted(&[
        ("分母", "元のかかりつけ医を招待したカンファレンス。20件に満たないときは、割合にせず件数で示します。"),
        ("参加", "確定した議事録で、かかりつけ医の機関のどなたかが出席・遅参・早退（代理・ビデオを含む）。"),
        ("書面の意見", "参加はなく、書面で意見をいただいたもの。"),
        ("不参加の回答", "欠席の回答、または出席などの回答があったが参加がなかったもの。"),
        ("回答なし", "最後まで返事がなく、参加もなかったもの。"),
        ("記録待ち", "出席などの回答があり、議事録がまだ確定していないもの。"),
        ("招待なし", "かかりつけ医がいない・不明、または理由を記録して招待しなかったもの（分母に入りません）。"),
    ])
}

/// How the answers are counted.
pub(super) fn answers() -> Markup {
    counted(&[
        ("回答した招待", "取り消していない招待のうち、今の日時について回答があったもの。かかりつけ医以外も含みます。"),
        (
            "回答までの知らせ",
            "回答より前に届いた、その日時についてのメール・FAX・電話の数。1通にまとめたものは1通と数えます。",
        ),
        ("回答までの時間", "最初の知らせから回答まで。夜間や休みの日も含みます。知らせより先の回答は入りません。"),
        ("半分・9割が回答", "短い順に並べて、半分（9割）の方が回答した時間。半分は2件、9割は10件から示します。"),
        ("回答の届き方", "日時の変更で聞き直したときは、最後の回答だけを数えます。"),
    ])
}

fn counted(terms: &[(&str, &str)]) -> Markup {
    html! {
        details.more {
            summary { "数え方" }
            dl.counted { @for (term, words) in terms { dt { (term) } dd { (words) } } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_say_no_more_than_they_know() {
        for (found, expected) in [
            (share(0, 0), "－"),
            (share(3, 4), "3/4"),
            (share(60, 80), "75%（60/80）"),
            (mean(0, 0), "－"),
            (mean(9, 5), "1.8通（9通/5件）"),
            (span(TimeDelta::minutes(59)), "59分"),
            (span(TimeDelta::minutes(60)), "1時間"),
            (span(TimeDelta::hours(47)), "47時間"),
            (span(TimeDelta::hours(71)), "2日"),
        ] {
            assert_eq!(found, expected);
        }
        assert_eq!(month("2026-11-01".parse().unwrap()), "令和8年11月");
    }
}

//! Letters that ask for the exchange of information about a registered patient. They name the registration and nobody.

use super::{Desk, case_code, hospital};
use crate::domain::notice::{NoticeKind, numbered_day};
use crate::domain::wareki;
use crate::store::notices::planned::Planned;

/// Subject and text.
pub(super) fn letter(notice: &Planned, desk: &Desk<'_>) -> (String, String) {
    let day = numbered_day(notice.sequence);
    let due = day.map(|day| wareki::full(day, desk.holidays)).unwrap_or_default();
    let (mark, opening) = if notice.kind == NoticeKind::ExchangeAgain {
        ("診療情報交換・再度のお願い", "3か月ごとの診療情報交換が、まだ記録されていません。")
    } else {
        ("診療情報交換のお願い", "3か月ごとの診療情報交換の時期になりました。")
    };
    let text = format!(
        "{}に入院希望を登録されている方について、{opening}\n\n\
         登録番号　{}\n\
         期限　　　{due}\n\n\
         入院の希望が続いているか、診療情報の変更、特記事項の3つをお答えください。\n\
         どなたのことかは、登録番号（入院希望の届出の控え）でお確かめください。\n\
         記録の残らない電話での情報交換は認められていません。\n\n",
        hospital(notice),
        case_code(notice)
    );
    (format!("【{mark}】登録番号 {}", case_code(notice)), text)
}

/// Where the three questions are answered.
pub(super) fn page(desk: &Desk<'_>) -> String {
    format!("次のページで答えられます。サインインは要りません。\n{}/exchanges/{}\n", desk.base_url, desk.token)
}

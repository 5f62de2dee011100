//! Letters about a case itself: who came in, who went home, when; and the request for a bed report.

use super::{Desk, case_code, hospital};
use crate::domain::calendar::day_of;
use crate::domain::notice::numbered_day;
use crate::domain::wareki;
use crate::store::notices::planned::Planned;

/// How somebody who may not be named in a mail is found nevertheless.
pub(super) fn who_it_is(notice: &Planned, desk: &Desk<'_>) -> String {
    let call = match &notice.hospital_phone {
        Some(phone) => format!("{} 地域連携室（{phone}）へお電話で", hospital(notice)),
        None => format!("{} 地域連携室へお電話で", hospital(notice)),
    };
    format!(
        "どなたのことかは、おかえりにサインインして「共有された案件」でご覧になるか、\n\
         {call}、案件番号 {} とお伝えください。\n\n{}/shared\n",
        case_code(notice),
        desk.base_url
    )
}

pub(super) fn admitted(notice: &Planned) -> (String, String) {
    let subject = format!("【入院のお知らせ】{}（案件番号 {}）", hospital(notice), case_code(notice));
    let text = format!(
        "{}です。いつもお世話になっております。\n\
         貴院・貴事業所がふだん支えておられる方が、当院に入院されました。\n\
         退院のときは、また元のみなさんのもとへお帰りいただけるよう調整を始めています。\n\
         入院前のご様子など、お気づきのことがあればお知らせください。\n\n",
        hospital(notice)
    );
    (subject, text)
}

pub(super) fn discharged(notice: &Planned) -> (String, String) {
    let subject = format!("【退院のお知らせ】{}（案件番号 {}）", hospital(notice), case_code(notice));
    let text = format!(
        "{}です。いつもお世話になっております。\n\
         当院に入院されていた、貴院・貴事業所がふだん支えておられる方が退院されました。\n\
         これからのことを、どうぞよろしくお願いいたします。\n\n",
        hospital(notice)
    );
    (subject, text)
}

pub(super) fn discharge_day(notice: &Planned, desk: &Desk<'_>) -> (String, String) {
    let day = numbered_day(notice.sequence);
    let day = day.map_or_else(|| "未定（決まりしだいお知らせします）".into(), |day| wareki::full(day, desk.holidays));
    let subject = format!("【退院予定日の変更】{}（案件番号 {}）", hospital(notice), case_code(notice));
    let text = format!(
        "{}です。いつもお世話になっております。\n\
         ご一緒に調整している方の退院予定日が変わりました。\n\n\
         退院予定日　{day}\n\n\
         サービスの再開や訪問のご予定にお役立てください。\n\n",
        hospital(notice)
    );
    (subject, text)
}

pub(super) fn bed_report(desk: &Desk<'_>) -> (String, String) {
    let day = wareki::table(day_of(desk.now), desk.holidays);
    let text = format!(
        "{day} の空床報告が、まだ届いていません。\n\
         地域のみなさんが受入先を探しています。30秒ほどで済みますので、ご報告をお願いいたします。\n\
         昨日と変わりがなければ、「変更なし」を押すだけで終わります。\n\n{}/beds/report\n",
        desk.base_url
    );
    (format!("【空床報告のお願い】{day}"), text)
}

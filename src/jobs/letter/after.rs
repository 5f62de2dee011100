//! Letters of the time after a conference. Nothing of the minutes stands in them: only that they are there, and where.

use super::{Desk, case_code, hospital};
use crate::domain::calendar::day_of;
use crate::domain::notice::{NoticeKind, numbered_day};
use crate::domain::wareki;
use crate::store::notices::planned::Planned;

/// Subject and text; none where there is no conference.
pub(super) fn letter(notice: &Planned, desk: &Desk<'_>) -> Option<(String, String)> {
    let (id, starts_at) = (notice.conference_id?, notice.starts_at?);
    let day = wareki::table(day_of(starts_at), desk.holidays);
    let due = numbered_day(notice.sequence).map(|day| wareki::full(day, desk.holidays)).unwrap_or_default();
    let (mark, opening) = match notice.kind {
        NoticeKind::Decision => (
            "決定事項の期限",
            format!("退院前カンファレンスで決まったことのうち、ご担当の分が期限を迎えます（{due}）。\n済んだら「完了にする」を押してください。\n"),
        ),
        NoticeKind::Receipt3d => (
            "議事録のご確認",
            "退院前カンファレンスの議事録を、まだご確認いただいていないようです。\nお手数ですが、ご確認をお願いいたします。\n".to_owned(),
        ),
        _ => (
            "議事録",
            format!(
                "{}です。いつもお世話になっております。\n退院前カンファレンスの議事録ができました。ご欠席の方にもお送りしています。\n",
                hospital(notice)
            ),
        ),
    };
    let subject = format!("【{mark}】退院前カンファレンス {day}（案件番号 {}）", case_code(notice));
    let text = format!(
        "{opening}\n開催日時　{}（終了しました）\n案件番号　{}\n\nおかえりにサインインしてお読みください。\n{}/conferences/{id}/minutes\n{}{}",
        wareki::full_at(starts_at, desk.holidays),
        case_code(notice),
        desk.base_url,
        without_account(notice, desk),
        telephone(notice)
    );
    Some((subject, text))
}

/// For those who have no account: they say that it came, or is done, and hear the rest on the telephone.
fn without_account(notice: &Planned, desk: &Desk<'_>) -> String {
    if desk.token.is_empty() {
        return String::new();
    }
    let press = if notice.kind == NoticeKind::Decision { "完了にする" } else { "受け取りました" };
    let page = format!("{}/a/{}", desk.base_url, desk.token);
    format!("\nサインインされない方は、次のページで「{press}」を押してください。\n{page}\n")
}

/// Whom to ask.
fn telephone(notice: &Planned) -> String {
    let phone = notice.hospital_phone.as_deref().map(|phone| format!("（{phone}）")).unwrap_or_default();
    format!(
        "\n内容のお問い合わせは、{}{phone}へお電話で、案件番号 {} とお伝えください。\n",
        hospital(notice),
        case_code(notice)
    )
}

//! Letters about requests for a bed. What is needed, and for whom, stands on the page and never in the letter.

use chrono::{DateTime, Utc};

use super::{Desk, case_code, hospital};
use crate::domain::notice::NoticeKind;
use crate::domain::request::Reply;
use crate::domain::wareki;
use crate::store::notices::planned::Planned;

/// The letter; its sender is the clinic that asks, or the hospital that answers.
pub(super) fn letter(notice: &Planned, desk: &Desk<'_>) -> (String, String) {
    let (mark, text) = match notice.kind {
        NoticeKind::BedAsked => ("受入の依頼", asked(notice, desk)),
        NoticeKind::BedAnswered => ("受入の回答", answered(notice, desk)),
        NoticeKind::BedSilent => ("回答がありません", silent(notice, desk)),
        NoticeKind::BedConfirmed => ("受入の決定", confirmed(notice, desk)),
        NoticeKind::BedWithdrawn => ("依頼の取下げ", withdrawn(notice)),
        NoticeKind::BedTakenBack => ("受入の取消し", taken_back(notice, desk)),
        NoticeKind::BedExpired => ("依頼の期限切れ", expired(notice, desk)),
        NoticeKind::BedArrival => ("入院の確認", arrival(notice, desk)),
        NoticeKind::LetterDue => ("診療情報提供書", due(notice, desk)),
        NoticeKind::BedNotAdmitted => ("入院のお知らせの取消し", not_admitted(notice)),
        _ => ("入院のお知らせ", admitted(notice)),
    };
    (format!("【{mark}】{}（案件番号 {}）", hospital(notice), case_code(notice)), text)
}

fn by(notice: &Planned, desk: &Desk<'_>) -> String {
    let words = |at: DateTime<Utc>| format!("{}まで", wareki::full_at(at, desk.holidays));
    notice.answer_by.map_or_else(|| "できるだけ早く".into(), words)
}

fn page(notice: &Planned, desk: &Desk<'_>) -> String {
    notice.request_id.map(|id| format!("{}/requests/{id}\n", desk.base_url)).unwrap_or_default()
}

fn asked(notice: &Planned, desk: &Desk<'_>) -> String {
    let link =
        if desk.token.is_empty() { page(notice, desk) } else { format!("{}/asks/{}\n", desk.base_url, desk.token) };
    format!(
        "{}です。在宅で療養されている方の受入をお願いしたく、ご連絡いたしました。\n\n\
         回答の期限　{}\n\n\
         次のページで「受入可」「条件付」「不可」のどれかを押してください。サインインは要りません。\n\
         お電話での回答もうけたまわります。\n\n{link}",
        hospital(notice),
        by(notice, desk)
    )
}

/// The same on a FAX sheet, which has what is needed below it, and a slip.
#[must_use]
pub fn asked_on_paper(notice: &Planned) -> Vec<String> {
    vec![
        format!("{}です。在宅で療養されている方の受入をお願いしたく、ご連絡いたしました。", hospital(notice)),
        "受け入れていただけるかを、返信票かお電話でお知らせください。くわしい状態は、お電話でお話しします。".to_owned(),
    ]
}

fn answered(notice: &Planned, desk: &Desk<'_>) -> String {
    let next = match notice.ask_reply {
        Some(Reply::Accepted | Reply::Conditional) => {
            "お願いするときは、次のページで「ここに決める」を押してください。押すまで、床は約束されていません。"
        }
        _ => "ほかの病院の回答は、次のページでご覧になれます。",
    };
    let reply = notice.ask_reply.map_or("", Reply::label);
    format!(
        "受入の依頼に、{}から回答がありました。\n\n回答　{reply}\n\n{next}\n\n{}",
        hospital(notice),
        page(notice, desk)
    )
}

fn silent(notice: &Planned, desk: &Desk<'_>) -> String {
    let phone = notice.ask_phone.as_deref().map(|phone| format!("（電話 {phone}）")).unwrap_or_default();
    let name = notice.ask_name.as_deref().unwrap_or_default();
    format!(
        "受入の依頼に、{name}{phone}から期限までに回答がありませんでした。\n\
         お手数ですが、お電話でお確かめください。次の病院がある場合は、そちらにも依頼しています。\n\n{}",
        page(notice, desk)
    )
}

fn confirmed(notice: &Planned, desk: &Desk<'_>) -> String {
    let ward =
        notice.ask_ward.as_deref().map(|ward| format!("床を1つお約束いただいた病棟　{ward}\n")).unwrap_or_default();
    format!(
        "{}です。ご回答ありがとうございました。貴院への入院をお願いすることに決まりました。\n\
         {ward}\
         患者さんのお名前は、サインインすると次のページでご覧になれます。まだ出ていないときは、お電話でお尋ねください。\n\
         診療情報提供書をお送りします。\n\n{}",
        hospital(notice),
        page(notice, desk)
    )
}

fn withdrawn(notice: &Planned) -> String {
    format!(
        "{}です。先にお願いした受入の依頼を取り下げます。床を空けておいていただく必要はなくなりました。\n\
         ご検討いただき、ありがとうございました。\n\n",
        hospital(notice)
    )
}

fn taken_back(notice: &Planned, desk: &Desk<'_>) -> String {
    let phone = notice.hospital_phone.as_deref().map(|phone| format!("（{phone}）")).unwrap_or_default();
    format!(
        "{}{phone}です。申し訳ありませんが、お約束した受入ができなくなりました。\n\
         理由は、次のページでご覧になれます。依頼はもう一度、回答待ちになっています。\n\
         当番の順で依頼している場合は、次の病院に自動で依頼します。\n\n{}",
        hospital(notice),
        page(notice, desk)
    )
}

fn expired(notice: &Planned, desk: &Desk<'_>) -> String {
    format!(
        "受入の依頼は、受入先が決まらないまま期限を過ぎたため、終了しました。依頼した病院には、床を空けておく必要がないことを知らせます。\n\
         まだ必要なときは、お手数ですが、もう一度依頼してください。\n\n{}",
        page(notice, desk)
    )
}

fn arrival(notice: &Planned, desk: &Desk<'_>) -> String {
    format!(
        "{}の依頼で受入が決まった方の入院が、記録されていません。\n\
         入院されましたか。次のページで「入院を記録する」か「受入を取り消す」を押してください。\n\
         押すまで、床は予約のままです。\n\n{}",
        hospital(notice),
        page(notice, desk)
    )
}

fn due(notice: &Planned, desk: &Desk<'_>) -> String {
    format!(
        "{}に入院された方の診療情報提供書が、届いたと記録されていません。\n\
         入院から24時間以内にお届けください。お送りになったときは、病院に到着をお確かめください。\n\n{}",
        hospital(notice),
        page(notice, desk)
    )
}

fn not_admitted(notice: &Planned) -> String {
    let phone = notice.hospital_phone.as_deref().map(|phone| format!("（{phone}）")).unwrap_or_default();
    let name = notice.hospital_name.as_deref().or(notice.ask_name.as_deref()).unwrap_or_default();
    format!(
        "先にお送りした、案件番号 {} の方の入院のお知らせを取り消します。{name}への入院の記録は誤りで、まだ入院されていません。\n\
         お手数をおかけします。どなたのことかは、{name}{phone}へお電話で、案件番号をお伝えください。\n\n",
        case_code(notice)
    )
}

fn admitted(notice: &Planned) -> String {
    let phone = notice.hospital_phone.as_deref().map(|phone| format!("（{phone}）")).unwrap_or_default();
    let name = notice.hospital_name.as_deref().or(notice.ask_name.as_deref()).unwrap_or_default();
    format!(
        "貴院・貴事業所がふだん支えておられる方が、{name}に入院されました。\n\
         どなたのことかは、{name}{phone}へお電話で、案件番号 {} とお伝えください。\n\
         ご様子など、お気づきのことがあればお知らせください。\n\n",
        case_code(notice)
    )
}

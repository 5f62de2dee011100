//! What stands behind a line of the change log, in words: the log itself keeps codes, which outlive every wording.

use chrono::{DateTime, NaiveDateTime, Utc};

use crate::domain::audit::Action;
use crate::domain::bed::{EntryKind, WardKind};
use crate::domain::calendar::wall;
use crate::domain::case::{CaseStatus, ContactOutcome, DoctorChangeReason, DoctorWaiver, PartyRole, Standing};
use crate::domain::conference::{AnswerKind, AnswerSource};
use crate::domain::org::{Channel, OrgKind};
use crate::domain::person::StaffRole;

/// The detail of a line in words. What this program doesn't know stays as it is.
#[must_use]
pub(super) fn words(action: &str, detail: &str) -> String {
    let action = action.parse::<Action>().ok();
    let parts: Vec<_> = detail.split_whitespace().map(|part| part_in_words(action, part)).collect();
    parts.join(" ")
}

fn part_in_words(action: Option<Action>, part: &str) -> String {
    if let Some((name, value)) = part.split_once('=') {
        return pair(name, value).unwrap_or_else(|| part.to_owned());
    }
    let label = match action {
        Some(Action::StaffAdded | Action::MembershipChanged) => part.parse().map(StaffRole::label).ok(),
        Some(Action::TeamChanged) => role(part).or_else(|| part.parse().map(Standing::label).ok()),
        Some(Action::PartyInvited | Action::PartyRemoved) => role(part),
        Some(Action::CaseChanged | Action::DischargeDaySet) => part.parse().map(CaseStatus::label).ok(),
        Some(Action::ContactLogged) => {
            let channel = part.parse().map(Channel::label);
            channel.or_else(|_| part.parse().map(ContactOutcome::label)).ok()
        }
        Some(Action::DoctorChanged) => part.parse().map(DoctorChangeReason::label).ok(),
        Some(Action::CaseDischarged) => part.parse().map(DoctorWaiver::label).ok(),
        Some(Action::Answered | Action::ProxyAnswered) => {
            part.parse().map(AnswerKind::label).or_else(|_| part.parse().map(AnswerSource::label)).ok()
        }
        Some(Action::WardSet) => part.parse().map(WardKind::label).ok(),
        Some(Action::BedsReported) => part.parse().map(EntryKind::label).ok(),
        Some(Action::OrgAdded) => part.parse().map(OrgKind::label).ok(),
        Some(Action::OrgChanged) => field(part),
        _ => None,
    };
    label.or_else(|| word(part)).map(str::to_owned).or_else(|| moment(part)).unwrap_or_else(|| part.to_owned())
}

fn role(part: &str) -> Option<&'static str> {
    part.parse().map(PartyRole::label).ok()
}

/// What was changed of an organisation.
fn field(part: &str) -> Option<&'static str> {
    Some(match part {
        "phone" => "電話",
        "fax" => "FAX",
        "mail" => "メール",
        "url" => "ホームページ",
        "preferred_channel" => "連絡方法",
        "calendar" => "診療・営業時間",
        "naming" => "名前・所在地",
        _ => return None,
    })
}

/// Words that the actions write by themselves.
fn word(part: &str) -> Option<&'static str> {
    Some(match part {
        "+" => "追加：",
        "-" => "終了：",
        "told" => "かかりつけ医に連絡済",
        "enabled" => "利用を再開",
        "invited" => "招待",
        "left_out" => "外した相手",
        "sequence" => "変更回数",
        _ => return None,
    })
}

fn pair(name: &str, value: &str) -> Option<String> {
    Some(match (name, value) {
        ("capacity", beds) => format!("病床数{beds}床"),
        ("active", "true") => "空床情報に掲載".into(),
        ("active", "false") => "空床情報に載せない".into(),
        ("wards", count) => format!("{count}病棟"),
        ("as_of", at) => format!("{}の数", moment(at)?),
        _ => return None,
    })
}

/// A moment as the wall clock in Japan says it.
fn moment(part: &str) -> Option<String> {
    let by_minute = NaiveDateTime::parse_from_str(part, "%Y-%m-%dT%H:%MZ").map(|at| at.and_utc());
    let at: DateTime<Utc> = by_minute.or_else(|_| DateTime::parse_from_rfc3339(part).map(|at| at.to_utc())).ok()?;
    Some(wall(at).format("%Y/%-m/%-d %-H:%M").to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_detail_is_told_in_words_and_in_japanese_time() {
        let cases = [
            ("ward_set", "acute capacity=48 active=true", "急性期一般 病床数48床 空床情報に掲載"),
            ("beds_reported", "no_change wards=2 as_of=2026-11-21T07:04Z", "変更なし 2病棟 2026/11/21 16:04の数"),
            ("membership_changed", "+ discharge_nurse", "追加： 退院支援看護師"),
            ("team_changed", "prior_doctor none", "かかりつけ医 なし"),
            ("contact_logged", "phone no_answer", "電話 不在・応答なし"),
            ("conference_called", "invited 2 left_out 1", "招待 2 外した相手 1"),
            ("conference_moved", "2026-12-04T05:00:00+00:00 sequence 1", "2026/12/4 14:00 変更回数 1"),
            ("answered", "video link", "ビデオ リンク"),
            ("org_changed", "phone calendar", "電話 診療・営業時間"),
            ("case_discharged", "told", "かかりつけ医に連絡済"),
            ("case_opened", "AB-1234", "AB-1234"),
            ("no_such_action", "x=y z", "x=y z"),
        ];
        for (action, detail, expected) in cases {
            assert_eq!(words(action, detail), expected, "{action} {detail}");
        }
    }
}

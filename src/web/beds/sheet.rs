//! The bed report as a form: its fields are named `{ward}_{field}`, filled with what was said last, and read back.

use std::sync::Arc;

use maud::{Markup, html};

use super::row::Light;
use crate::actions::beds::AS_OF;
use crate::domain::bed::{Acceptance, ClosedReason, Counts, NOTE_MAX, SexLimit, days_since};
use crate::domain::calendar::wall;
use crate::id::WardId;
use crate::store::beds::WardNow;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::form::{error_summary, pair};
use crate::words;

/// The day of the moment of which the report speaks; its time is [`AS_OF`].
pub const AS_OF_DAY: &str = "as_of_day";
/// The wards that stand on the form.
pub const WARD: &str = "ward";

/// The form as it is first shown.
#[must_use]
pub fn filled(wards: &[Arc<WardNow>], light: &Light<'_>) -> Form {
    let now = wall(light.now);
    let mut form =
        Form::of([(AS_OF_DAY, now.format("%Y-%m-%d").to_string()), (AS_OF, now.format("%H:%M").to_string())]);
    for ward in wards {
        let mut set = |field: &str, value: String| form.set(&format!("{}_{field}", ward.ward_id), value);
        let Some(counts) = ward.report.counts() else {
            set("sex_limit", ward.sex_limit.code().into());
            continue;
        };
        let counts = counts.carried(days_since(ward.report.as_of, light.now));
        set("occupied", counts.occupied.to_string());
        set("reserved", counts.reserved.to_string());
        set("accepting", counts.accepting.to_string());
        set("closed", counts.closed.to_string());
        set("closed_reason", counts.closed_reason.map_or("", ClosedReason::code).into());
        set("backup_accepting", counts.backup_accepting.to_string());
        set("discharging_today", counts.discharging_today.to_string());
        set("expected_24h", counts.expected_24h.to_string());
        set("expected_72h", counts.expected_72h.to_string());
        set("acceptance", counts.acceptance.code().into());
        set("sex_limit", counts.sex_limit.code().into());
        set("note", counts.note);
        for code in counts.accept_hours.codes() {
            form.also(&format!("{}_accept_hours", ward.ward_id), code);
        }
    }
    form
}

/// Reads every ward that stood on the form; none where what was sent isn't such a form. Faults stay in the form.
pub fn read(form: &mut Form) -> Option<Vec<(WardId, Counts)>> {
    let wards: Option<Vec<WardId>> = form.texts(WARD).map(|ward| ward.parse().ok()).collect();
    wards?.into_iter().map(|ward| Some((ward, read_ward(form, ward)))).collect()
}

fn read_ward(form: &mut Form, ward: WardId) -> Counts {
    let name = |field: &str| format!("{ward}_{field}");
    let closed = form.count(&name("closed"));
    let reason = form.optional_code(&name("closed_reason"));
    Counts {
        occupied: form.count(&name("occupied")),
        reserved: form.count(&name("reserved")),
        accepting: form.count(&name("accepting")),
        closed,
        // The reason of yesterday's closed beds stays behind in the form when they are open again.
        closed_reason: reason.filter(|_| closed > 0),
        backup_accepting: form.count(&name("backup_accepting")),
        discharging_today: form.count(&name("discharging_today")),
        expected_24h: form.count(&name("expected_24h")),
        expected_72h: form.count(&name("expected_72h")),
        // Without a choice there is a fault, and nothing is reported.
        acceptance: form.code(&name("acceptance")).unwrap_or(Acceptance::NotAccepting),
        accept_hours: form.codes(&name("accept_hours")).collect(),
        sex_limit: form.code(&name("sex_limit")).unwrap_or(SexLimit::Either),
        note: form.line(&name("note"), NOTE_MAX),
    }
}

/// The moment of which the report speaks.
#[must_use]
pub fn as_of(shown: &Shown<'_>) -> Markup {
    html! {
        p { "数えた時刻です。24時間前まで入力できます。" }
        (pair(&html! {
            (shown.field(AS_OF_DAY, label(AS_OF_DAY)).required().date())
            (shown.field(AS_OF, label(AS_OF)).required().time())
        }))
    }
}

/// Checks also those wards that could be read where others couldn't, so that every fault is told at once, in the
/// order of the form.
pub fn check_rest(form: &mut Form, said: &[(WardId, Counts)], wards: &[Arc<WardNow>]) {
    for (id, counts) in said {
        let readable = !form.faults.0.iter().any(|(field, _)| field.starts_with(&id.to_string()));
        if let Some(ward) = wards.iter().find(|ward| ward.ward_id == *id).filter(|_| readable) {
            form.faults.take(counts.check(ward.capacity).map_err(|faults| faults.under(id)));
        }
    }
    let place = |field: &str| wards.iter().position(|ward| field.starts_with(&ward.ward_id.to_string()));
    form.faults.0.sort_by_key(|(field, _)| place(field).unwrap_or(wards.len()));
}

/// All faults above the form, each with the ward and the field that it belongs to.
#[must_use]
pub fn faults(form: &Form, wards: &[Arc<WardNow>]) -> Markup {
    let lines = form.faults.0.iter().map(|(field, fault)| {
        let part = wards.iter().find_map(|ward| Some((ward, field.strip_prefix(&format!("{}_", ward.ward_id))?)));
        let said = words::fault(fault);
        match part {
            Some((ward, field)) => format!("{}「{}」：{said}", ward.ward_name, label(field)),
            None => said,
        }
    });
    let lines: Vec<_> = lines.collect();
    let fields = form.faults.0.iter().map(|(field, _)| field.as_str());
    error_summary(&fields.zip(lines.iter().map(String::as_str)).collect::<Vec<_>>(), true)
}

/// The word beside a field.
#[must_use]
pub fn label(field: &str) -> &'static str {
    match field {
        "occupied" => "使用中",
        "reserved" => "予約済",
        "accepting" => "受入可",
        "closed" => "休止・不可",
        "closed_reason" => "休止の理由",
        "acceptance" => "受け入れ",
        "accept_hours" => "受入時間帯",
        "sex_limit" => "受け入れる性別",
        "backup_accepting" => "うち後方支援枠",
        "discharging_today" => "本日退院予定",
        "expected_24h" => "明日見込",
        "expected_72h" => "3日以内の見込",
        "note" => "ひとこと",
        AS_OF_DAY => "基準日",
        AS_OF => "基準時刻",
        _ => "",
    }
}

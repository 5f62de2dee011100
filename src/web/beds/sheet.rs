//! The fields of the bed report: one part per ward, named `{ward}_{field}`, filled with what was said last.

use maud::{Markup, html};

use super::row::{Light, said_chip};
use crate::actions::beds::AS_OF;
use crate::domain::bed::{Acceptance, ClosedReason, Counts, NOTE_MAX, SexLimit};
use crate::domain::calendar::wall;
use crate::domain::wareki;
use crate::id::WardId;
use crate::store::beds::WardNow;
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::ui::form::{Choice, hidden_field, pair, sum_check};
use crate::web::ui::panel::panel_with;

/// The day of the moment of which the report speaks; its time is [`AS_OF`].
pub const AS_OF_DAY: &str = "as_of_day";
/// The wards that stand on the form.
const WARD: &str = "ward";
const RULE: &str = "使用中＋予約済＋受入可＋休止＝病床数";

/// The form as it is first shown.
#[must_use]
pub fn filled(wards: &[WardNow], light: &Light<'_>) -> Form {
    let now = wall(light.now);
    let mut form =
        Form::of([(AS_OF_DAY, now.format("%Y-%m-%d").to_string()), (AS_OF, now.format("%H:%M").to_string())]);
    for ward in wards {
        let mut set = |field: &str, value: String| form.set(&format!("{}_{field}", ward.ward_id), value);
        let Some(counts) = ward.report.counts() else {
            set("sex_limit", ward.sex_limit.code().into());
            continue;
        };
        set("occupied", counts.occupied.to_string());
        set("reserved", counts.reserved.to_string());
        set("accepting", counts.accepting.to_string());
        set("closed", counts.closed.to_string());
        set("closed_reason", counts.closed_reason.map_or("", ClosedReason::code).into());
        set("backup_accepting", counts.backup_accepting.to_string());
        set("discharging_today", counts.discharging_today.to_string());
        set("expected_24h", counts.expected_24h.to_string());
        set("acceptance", counts.acceptance.code().into());
        set("sex_limit", counts.sex_limit.code().into());
        set("note", counts.note);
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
        // Without a choice there is a fault, and nothing is reported.
        acceptance: form.code(&name("acceptance")).unwrap_or(Acceptance::NotAccepting),
        sex_limit: form.code(&name("sex_limit")).unwrap_or(SexLimit::Either),
        note: form.line(&name("note"), NOTE_MAX),
    }
}

/// The part of one ward.
#[must_use]
pub fn ward(ward: &WardNow, shown: &Shown<'_>, light: &Light<'_>) -> Markup {
    let id = ward.ward_id.to_string();
    let name = |field: &str| format!("{id}_{field}");
    let said = ward.report.counts();
    let before =
        |number: fn(&Counts) -> i32| said.as_ref().map(|said| format!("前回 {}", number(said))).unwrap_or_default();
    let stepper = |field: &str, label: &str, unit: &str, number: fn(&Counts) -> i32| {
        shown.field(&name(field), label).stepper(unit, &before(number))
    };
    let reasons: Vec<_> =
        std::iter::once(("", "（休止なし）")).chain(ClosedReason::ALL.iter().map(|r| (r.code(), r.label()))).collect();
    let sexes: Vec<_> = SexLimit::ALL.iter().map(|sex| (sex.code(), sex.label())).collect();
    let states: Vec<_> = Acceptance::ALL.iter().map(|said| Choice::of(said.code(), said_chip(*said))).collect();
    let parts = ["occupied", "reserved", "accepting", "closed"].map(name);
    let last = ward.report.as_of.map_or_else(
        || "まだ報告がありません".into(),
        |as_of| format!("前回 {}", wareki::recent(as_of, light.now, light.holidays)),
    );
    let rare = ["backup_accepting", "discharging_today", "expected_24h", "note"];
    let open = rare.iter().any(|field| shown.error(&name(field)).is_some());
    panel_with(
        &format!("ward-{id}"),
        &ward.ward_name,
        &html! { (ward.ward_kind.label()) " ・ 病床数 " b { (ward.capacity) "床" } " ・ " (last) },
        &html! {
            (hidden_field(WARD, &id))
            (pair(&html! {
                (stepper("occupied", "使用中", "床", |said| said.occupied))
                (stepper("reserved", "予約済", "床", |said| said.reserved))
                (stepper("accepting", "受入可", "床", |said| said.accepting))
                (stepper("closed", "休止・不可", "床", |said| said.closed))
            }))
            (sum_check(RULE, ward.capacity.unsigned_abs(), &parts.each_ref().map(String::as_str)))
            (shown.field(&name("acceptance"), "受け入れ").required().radio_row(&states))
            (pair(&html! {
                (shown.field(&name("closed_reason"), "休止の理由").select(&reasons))
                (shown.field(&name("sex_limit"), "受け入れる性別").select(&sexes))
            }))
            details.more open[open] {
                summary { "後方支援枠・退院の見込・ひとこと" }
                div.stack {
                    (pair(&html! {
                        (stepper("backup_accepting", "受入可のうち後方支援枠", "床", |said| said.backup_accepting))
                        (stepper("discharging_today", "本日退院予定", "人", |said| said.discharging_today))
                        (stepper("expected_24h", "明日見込", "床", |said| said.expected_24h))
                    }))
                    (shown.field(&name("note"), "ひとこと").hint("空床情報に出ます。患者さんのことは書かないでください。").text())
                }
            }
        },
    )
}

/// The moment of which the report speaks.
#[must_use]
pub fn as_of(shown: &Shown<'_>) -> Markup {
    pair(&html! {
        (shown.field(AS_OF_DAY, "基準日").required().date())
        (shown.field(AS_OF, "基準時刻").required().hint("数えた時刻。24時間前まで。").time())
    })
}

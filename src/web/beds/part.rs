//! One ward's part of the bed report: four counts that add up, whether it may be asked, and what is seldom needed.

use maud::{Markup, html};

use super::row::{Light, said_chip};
use super::sheet::{WARD, label};
use crate::domain::bed::hours::AcceptHours;
use crate::domain::bed::{Acceptance, ClosedReason, Counts, SexLimit};
use crate::domain::wareki;
use crate::store::beds::WardNow;
use crate::web::layout::Shown;
use crate::web::ui::form::{Choice, hidden_field, pair, sum_check};
use crate::web::ui::panel::panel_with;

const RULE: &str = "使用中＋予約済＋受入可＋休止＝病床数";
const SUMMED: [&str; 4] = ["occupied", "reserved", "accepting", "closed"];
const SELDOM: [&str; 5] = ["backup_accepting", "discharging_today", "expected_24h", "expected_72h", "note"];

/// One ward on the form.
pub struct Part<'a> {
    ward: &'a WardNow,
    shown: &'a Shown<'a>,
    said: Option<Counts>,
}

impl<'a> Part<'a> {
    /// A ward, with what is typed or was said last.
    #[must_use]
    pub fn new(ward: &'a WardNow, shown: &'a Shown<'a>) -> Self {
        Self { ward, shown, said: ward.report.counts() }
    }

    /// The part as a panel.
    #[must_use]
    pub fn panel(&self, light: &Light<'_>) -> Markup {
        let ward = self.ward;
        let last = ward.report.as_of.map_or_else(
            || "まだ報告がありません".into(),
            |as_of| format!("前回 {}", wareki::recent(as_of, light.now, light.holidays)),
        );
        let about = html! { (ward.ward_kind.label()) " ・ 病床数 " b { (ward.capacity) "床" } " ・ " (last) };
        panel_with(
            &format!("ward-{}", ward.ward_id),
            &ward.ward_name,
            &about,
            &html! {
                (hidden_field(WARD, &ward.ward_id.to_string()))
                (self.counts())
                (self.answers())
                (self.seldom())
            },
        )
    }

    fn name(&self, field: &str) -> String {
        format!("{}_{field}", self.ward.ward_id)
    }

    fn counts(&self) -> Markup {
        let names = SUMMED.map(|field| self.name(field));
        html! {
            (pair(&html! {
                (self.stepper("occupied", "床", |said| said.occupied))
                (self.stepper("reserved", "床", |said| said.reserved))
                (self.stepper("accepting", "床", |said| said.accepting))
                (self.stepper("closed", "床", |said| said.closed))
            }))
            (sum_check(RULE, self.ward.capacity.unsigned_abs(), &names.each_ref().map(String::as_str)))
        }
    }

    fn answers(&self) -> Markup {
        let states: Vec<_> = Acceptance::ALL.iter().map(|said| Choice::of(said.code(), said_chip(*said))).collect();
        let reasons = ClosedReason::ALL.iter().map(|reason| (reason.code(), reason.label()));
        let reasons: Vec<_> = std::iter::once(("", "（休止なし）")).chain(reasons).collect();
        let sexes: Vec<_> = SexLimit::ALL.iter().map(|sex| (sex.code(), sex.label())).collect();
        let parts: Vec<_> = AcceptHours::ALL.iter().map(|hours| Choice::new(hours.code(), hours.label())).collect();
        let field = |name| (self.name(name), label(name));
        let ((acceptance, how), (reason, why), (sex, whom)) =
            (field("acceptance"), field("closed_reason"), field("sex_limit"));
        let (hours, when) = field("accept_hours");
        let chosen = self.shown.values(&hours);
        html! {
            (pair(&html! {
                (self.shown.field(&acceptance, how).required().radio_row(&states))
                (self.shown.field(&hours, when).check_row(&parts, &chosen))
            }))
            (self.doubt())
            (pair(&html! {
                (self.shown.field(&reason, why).select(&reasons))
                (self.shown.field(&sex, whom).select(&sexes))
            }))
        }
    }

    /// Beds that may be asked for and a ward that takes nobody in: a word at the field, no refusal. With the script it comes and goes
    /// with what is typed.
    fn doubt(&self) -> Markup {
        let [beds, state] = ["accepting", "acceptance"].map(|field| self.name(field));
        let typed = self.shown.value(&beds).parse().unwrap_or_default();
        let is_so = typed > 0 && self.shown.value(&state) == Acceptance::NotAccepting.code();
        html! {
            p.doubt data-tone="warn" role="status" data-doubt=(format!("{beds} {state}")) hidden[!is_so] { (withheld(typed)) }
        }
    }

    /// What changes seldom stays folded, unless something is wrong with it.
    fn seldom(&self) -> Markup {
        let open = SELDOM.iter().any(|field| self.shown.error(&self.name(field)).is_some());
        let note = self.name("note");
        let note = self.shown.field(&note, label("note"));
        html! {
            details.more open[open] {
                summary { "後方支援枠・退院の見込・ひとこと" }
                div.stack {
                    (pair(&html! {
                        (self.stepper("backup_accepting", "床", |said| said.backup_accepting))
                        (self.stepper("discharging_today", "人", |said| said.discharging_today))
                        (self.stepper("expected_24h", "床", |said| said.expected_24h))
                        (self.stepper("expected_72h", "床", |said| said.expected_72h))
                    }))
                    (note.hint("空床情報に出ます。患者さんのことは書かないでください。").text())
                }
            }
        }
    }

    fn stepper(&self, field: &str, unit: &str, number: fn(&Counts) -> i32) -> Markup {
        let before = self.said.as_ref().map(|said| format!("前回 {}", number(said))).unwrap_or_default();
        self.shown.field(&self.name(field), label(field)).stepper(unit, &before)
    }
}

/// What is said where beds may be asked for of a ward that takes nobody in.
pub fn withheld(beds: i32) -> Markup {
    html! { "受入可が" b { (beds) } "床ですが、受け入れは「受入不可」です。" }
}

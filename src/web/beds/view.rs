//! What the board shows through one filter: the cards of hospitals, what they add up to, and who keeps beds.

use std::ops::Range;

use maud::{Markup, PreEscaped, html};

use super::board::Board;
use super::filter::{Leads, Wanted};
use crate::domain::bed::board::Totals;
use crate::id::{OrgId, WardId};
use crate::store::beds::WardNow;
use crate::web::requests::offers;
use crate::web::ui::board::{Total, card, live, totals};
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;

/// What the board shows through one filter: what changes of it is sent to where it is open.
#[derive(Debug, Default)]
pub struct View {
    /// The database's version of it.
    pub version: i64,
    /// The hospitals in their order.
    pub lines: Vec<Line>,
    /// Which of the fitting wards these are.
    pub range: Range<usize>,
    /// How many fit.
    pub fitting: usize,
    /// The sums.
    pub totals: String,
    /// Who keeps beds.
    pub duty: String,
    /// When this was so.
    pub lead: String,
}

/// Rows on one page: nobody reads on for longer, and a country's wards are no page. The sums are of all.
const ROWS: usize = 300;

/// A hospital on the board.
#[derive(Debug)]
pub struct Line {
    /// The hospital.
    pub org: OrgId,
    /// Its card.
    pub html: String,
    /// What each of its wards says, in a sentence.
    pub said: Vec<(WardId, String)>,
}

impl View {
    /// The sums, which `source` keeps up to date as it does the cards.
    #[must_use]
    pub fn sums(&self, source: &str) -> Markup {
        html! {
            div id="board-totals" { (PreEscaped(&self.totals)) }
            (live(source, self.version))
        }
    }

    /// Who keeps beds.
    #[must_use]
    pub fn duty(&self) -> Markup {
        html! { div id="board-duty" { (PreEscaped(&self.duty)) } }
    }

    /// The cards.
    #[must_use]
    pub fn cards(&self) -> Markup {
        html! { ul.board id="board" { @for line in &self.lines { (PreEscaped(&line.html)) } } }
    }

    /// The way to the wards for which this page has no room; nothing where it has.
    pub(super) fn others(&self, wanted: &Wanted) -> Markup {
        let (Range { start, end }, page) = (self.range.clone(), self.range.start / ROWS);
        let to = |page| Wanted { page, ..wanted.clone() }.address();
        html! {
            @if self.fitting > self.range.len() {
                p { (self.fitting) "病棟のうち" (start + 1) "〜" (end) "番目です。地域や種類で絞り込むと、探しやすくなります。" }
                div.buttons {
                    @if page > 0 { (button_link(Look::Secondary, &to(page - 1), "前の病棟")) }
                    @if end < self.fitting { (button_link(Look::Secondary, &to(page + 1), "次の病棟")) }
                }
            }
        }
    }
}

impl Board {
    /// What wards add up to.
    fn sums<'w>(&self, wards: impl IntoIterator<Item = &'w WardNow>) -> Totals {
        let light = self.light();
        let mut sums = Totals::default();
        for ward in wards {
            sums.count(light.standing(ward), ward.report.accepting, ward.report.backup_accepting);
        }
        sums
    }

    /// What the board shows through a filter.
    #[must_use]
    pub fn view(&self, wanted: &Wanted) -> View {
        let shown = self.chosen(wanted);
        let first = wanted.page.min(shown.len().saturating_sub(1) / ROWS) * ROWS;
        let range = first..shown.len().min(first + ROWS);
        let houses = shown[range.clone()].chunk_by(|one, other| one.org_id == other.org_id);
        let whole = wanted.narrows().then(|| self.sums(self.wards.iter().map(AsRef::as_ref)));
        View {
            version: self.version,
            lines: houses.filter_map(|wards| self.line(wanted, wards)).collect(),
            range,
            fitting: shown.len(),
            totals: strip(&self.sums(shown), whole.as_ref()).into_string(),
            duty: self.duties.strip(self.now, &self.holidays, wanted.leads).into_string(),
            lead: self.lead(),
        }
    }

    /// The wards of one hospital as they are seen through a filter.
    fn line(&self, wanted: &Wanted, wards: &[&WardNow]) -> Option<Line> {
        let mut house = self.light().house(wards)?;
        let first = wards.first()?;
        if let Some(far) = wanted.far(first) {
            house.place = if house.place.is_empty() { far } else { format!("{} ・ {far}", house.place) };
        }
        house.ask = (wanted.leads == Leads::Question).then(|| offers::address(first.org_id));
        for (unit, ward) in house.units.iter_mut().zip(wards) {
            let standing = self.light().standing(ward);
            unit.tags.splice(0..0, wanted.unsaid(ward, standing).map(str::to_owned));
            if wanted.leads == Leads::Nowhere {
                unit.href = None;
            }
        }
        let said = house.units.iter().zip(wards).map(|(unit, ward)| (ward.ward_id, unit.said(house.name)));
        Some(Line { org: first.org_id, said: said.collect(), html: card(&house).into_string() })
    }
}

/// What is listed adds up to, and small beside it the `whole` region where that is more.
fn strip(listed: &Totals, whole: Option<&Totals>) -> Markup {
    let silent = |sums: &Totals| sums.registered - sums.reported;
    let total = |label, number: fn(&Totals) -> u32, of: &str| {
        let whole = whole.map(|whole| format!("地域全体 {}{of}", number(whole))).unwrap_or_default();
        Total { label, number: number(listed), of: of.to_owned(), whole }
    };
    let reported = whole.map(|whole| format!("地域全体 {}／{}病棟", whole.reported, whole.registered));
    totals(&[
        Total {
            label: "報告した病棟",
            number: listed.reported,
            of: format!("／ {}病棟", listed.registered),
            whole: reported.unwrap_or_default(),
        },
        total("受入可", |sums| sums.accepting, "床"),
        total("要相談", |sums| sums.ask, "床"),
        total("うち後方支援枠", |sums| sums.backup, "床"),
        Total {
            label: "未報告・古い",
            number: silent(listed),
            of: "病棟（合計に含めません）".into(),
            whole: String::new(),
        },
    ])
}

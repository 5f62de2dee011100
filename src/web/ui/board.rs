//! The bed board: one card per hospital, in it a line per unit; the number and the acceptance in one tile, and how old both are in
//! words. A stale value is grey and hatched with its own words. Its colour never says what it said when it was fresh.

use maud::{Markup, html};

use super::chip::{Chip, Tone, acceptance};
use super::icon::{Icon, icon};
use super::link::tel;

/// A hospital on the board, with those of its units that are shown.
#[derive(Clone, Debug)]
pub struct House<'a> {
    /// What the card is found by.
    pub id: String,
    /// Its name.
    pub name: &'a str,
    /// Where it is: 「八王子市 ・ 約2.1km」; may be empty.
    pub place: String,
    /// The telephone of all its units; none where they have their own, or there is none.
    pub phone: Option<&'a str>,
    /// Where a bed is asked for; none where who looks can't.
    pub ask: Option<String>,
    /// Its units, in the order given.
    pub units: Vec<Row<'a>>,
}

/// One unit on the board.
#[derive(Clone, Debug)]
pub struct Row<'a> {
    /// What the row is found by.
    pub id: String,
    /// The unit's page; none where there is no way to it.
    pub href: Option<String>,
    /// 「2階病棟」.
    pub unit: &'a str,
    /// 「地域包括ケア」.
    pub kind: &'a str,
    /// Acceptance, or the stale chip.
    pub state: Chip,
    /// Beds that may be asked for; `None` if there is no number worth showing.
    pub accepting: Option<u32>,
    /// The other counts, small: 使用中, 予約済, 休止.
    pub counts: Vec<(&'a str, u32)>,
    /// For whom, what else is to know: 「男女可」, 「後方支援枠 1床」.
    pub tags: Vec<String>,
    /// Absolute time: 「9:05」, or 「昨日 17:00 の値」.
    pub as_of: String,
    /// Relative time: 「2時間前」; may be empty.
    pub age: String,
    /// Who reported: 「報告：桜台病院」; may be empty.
    pub by: String,
    /// Telephone of those who decide, where it isn't the whole hospital's.
    pub phone: Option<&'a str>,
}

impl Row<'_> {
    fn stale(&self) -> bool {
        self.state.tone == Tone::Stale
    }

    /// What it says, in a sentence: 「桜台病院 2階病棟 受入可 3床」.
    #[must_use]
    pub fn said(&self, org: &str) -> String {
        let beds = self.accepting.map(|beds| format!("{beds}床{}", full(self.state))).unwrap_or_default();
        format!("{org} {} {} {beds}", self.unit, self.state.text).trim_end().to_owned()
    }
}

/// What stands behind the number of a unit that takes patients in, but has no bed now.
fn full(state: Chip) -> &'static str {
    if state == acceptance::FULL { "（満床）" } else { "" }
}

/// The line above a board that keeps itself up to date: how to stop it, and what a screen reader says. It shows itself only
/// where the script runs.
#[must_use]
pub fn live(source: &str, version: i64) -> Markup {
    html! {
        div.live data-live=(source) data-version=(version) hidden {
            p role="status" data-live-said {}
            p data-live-page {}
            button.button type="button" data-look="quiet" data-live-switch
                data-lost="つながりません。数字はいまのものではありません。" data-off="自動更新を再開する" data-ended="自動更新が終わりました。表示を更新する" { "自動更新を止める" }
        }
    }
}

/// The board itself, in the order given.
#[must_use]
pub fn board(houses: &[House<'_>]) -> Markup {
    html! {
        ul.board { @for house in houses { (card(house)) } }
    }
}

/// One hospital's card.
#[must_use]
pub fn card(house: &House<'_>) -> Markup {
    html! {
        // The card is laid out by the width of its own slot, so it serves a phone and a desk.
        li.slot id=(house.id) { article.house data-call[house.phone.is_some()] {
            header.house__head {
                h2 { (house.name) }
                @if !house.place.is_empty() { p.house__place { (house.place) } }
                @if house.phone.is_some() || house.ask.is_some() {
                    div.bed__call {
                        @if let Some(phone) = house.phone { (tel(phone)) }
                        @if let Some(ask) = &house.ask { a.bed__ask href=(ask) aria-label=(format!("ここに依頼 {}", house.name)) { "ここに依頼" } }
                    }
                }
            }
            ul { @for unit in &house.units { (line(unit)) } }
        } }
    }
}

fn line(row: &Row<'_>) -> Markup {
    html! {
        li.bed id=(row.id) data-stale[row.stale()] {
            (tile(row.state, row.accepting))
            div.bed__who {
                h3 {
                    @if let Some(href) = &row.href { a href=(href) { (row.unit) } } @else { (row.unit) }
                    " " span.bed__kind { (row.kind) }
                }
                @if !row.tags.is_empty() { ul.tags { @for tag in &row.tags { li { (tag) } } } }
            }
            @if !row.counts.is_empty() { dl.bed__counts { @for (term, beds) in &row.counts { div { dt { (term) } dd { (beds) } } } } }
            div.bed__time {
                p { b { (row.as_of) } @if !row.age.is_empty() { span { "（" (row.age) "）" } } }
                @if !row.by.is_empty() { p.bed__by { (row.by) } }
            }
            @if let Some(phone) = row.phone { div.bed__call { (tel(phone)) } }
        }
    }
}

/// The tile: acceptance above, big number below.
#[must_use]
pub fn tile(state: Chip, accepting: Option<u32>) -> Markup {
    html! {
        div.tile data-tone=(state.tone.name()) {
            span.tile__word { (icon(state.icon)) (state.text) }
            span.tile__number {
                @if let Some(beds) = accepting { b { (beds) } "床" } @else { b { "－" } }
            }
            @if !full(state).is_empty() { span.tile__full { (full(state)) } }
        }
    }
}

/// One of the sums above the board.
#[derive(Clone, Debug)]
pub struct Total<'a> {
    /// 「受入可」.
    pub label: &'a str,
    /// The number.
    pub number: u32,
    /// Its unit, or what it is out of: 「床」, 「／ 18病棟」.
    pub of: String,
    /// The same of everything, where only a part is shown: 「地域全体 16床」; may be empty.
    pub whole: String,
}

/// The sums above the board.
#[must_use]
pub fn totals(totals: &[Total<'_>]) -> Markup {
    html! {
        dl.totals { @for total in totals { div {
            dt { (total.label) }
            dd { b { (total.number) } (total.of) @if !total.whole.is_empty() { " " small { (total.whole) } } }
        } } }
    }
}

/// A filter that is one tap: a link, because the state of the board is in its address.
#[derive(Clone, Copy, Debug)]
pub struct Filter<'a> {
    /// The board with this filter switched over.
    pub href: &'a str,
    /// 「受入可のみ」.
    pub label: &'a str,
    /// Switched on.
    pub on: bool,
}

/// Pages beside each other, of which one is open; `label` says what they have in common.
#[must_use]
pub fn tabs(label: &str, pages: &[Filter<'_>]) -> Markup {
    html! { nav aria-label=(label) { (one_tap(pages)) } }
}

fn one_tap(filters: &[Filter<'_>]) -> Markup {
    html! {
        ul.filters { @for filter in filters { li {
            a.filter href=(filter.href) aria-current=[filter.on.then_some("true")] {
                @if filter.on { (icon(Icon::Check)) } (filter.label)
            }
        } } }
    }
}

/// The filters of one tap, and all the others as a form that opens (`open` when one of them is set).
#[must_use]
pub fn filters(quick: &[Filter<'_>], open: bool, more: &Markup) -> Markup {
    html! {
        nav aria-label="絞り込み" {
            (one_tap(quick))
            @if !more.0.is_empty() {
                details.more open[open] { summary { "条件をくわしく選ぶ" } (more) }
            }
        }
    }
}

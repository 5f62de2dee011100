//! Who is on duty (当番) tonight and tomorrow, over all programmes that run.

use chrono::{DateTime, NaiveTime, Utc};
use maud::{Markup, html};

use crate::domain::access::Network;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::programme::{Duty, ahead};
use crate::domain::wareki;
use crate::error::Result;
use crate::id::ProgrammeId;
use crate::store::db::Tx;
use crate::store::programmes::{self, Kept, Member};
use crate::web::beds::filter::Leads;
use crate::web::requests::offers;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::Look;
use crate::web::ui::icon::Icon;
use crate::web::ui::link::{button_link, tel};

/// The programmes that run, with their hospitals and rotas.
#[derive(Debug)]
pub struct Duties {
    programmes: Vec<Kept>,
    members: Vec<Member>,
    rota: Vec<(ProgrammeId, Duty)>,
}

impl Duties {
    /// Reads what is needed to say who is on duty from yesterday's night on.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn read(tx: &mut Tx, network: Network, now: DateTime<Utc>) -> Result<Self> {
        let today = day_of(now);
        let rota = programmes::rota(tx, network, None, today.pred_opt().unwrap_or(today)).await?;
        Ok(Self {
            programmes: programmes::all(tx, network).await?.into_iter().filter(|kept| kept.active).collect(),
            members: programmes::members(tx, network, None).await?,
            rota: rota.into_iter().map(|turn| (turn.programme, turn.duty)).collect(),
        })
    }

    /// The turns of today and tomorrow, and last night's as long as it lasts: those that run now (where none does, the next) are
    /// seen at once, and lead to a request for who may make one; the later ones are folded. On a wall, where nobody unfolds anything, all are seen and none is a link. Nothing
    /// where no programme keeps a rota.
    #[must_use]
    pub fn strip(&self, now: DateTime<Utc>, holidays: &Holidays, leads: Leads) -> Markup {
        if self.rota.is_empty() {
            return html! {};
        }
        let mut turns: Vec<_> = self.programmes.iter().flat_map(|programme| self.turns(programme, now)).collect();
        turns.sort_by_key(|turn| (turn.from, turn.to));
        let until = turns.first().map_or(now, |first| first.from.max(now));
        let (first, later) = turns.split_at(turns.partition_point(|turn| turn.from <= until));
        let list = |turns: &[Turn<'_>]| {
            html! { ul { @for turn in turns { (turn.line(now, holidays, leads)) } } }
        };
        html! {
            section.duties aria-labelledby="duties" {
                h2 id="duties" { "後方支援病床の当番" }
                @if turns.is_empty() { p { "今日と明日の当番はありません。" } }
                (list(first))
                @if leads == Leads::Nowhere { (list(later)) }
                @else if !later.is_empty() { details.more { summary { "後方支援病床の、このあとの当番（" (later.len()) "件）" } (list(later)) } }
            }
        }
    }

    fn turns<'a>(&'a self, programme: &'a Kept, now: DateTime<Utc>) -> Vec<Turn<'a>> {
        let rota: Vec<_> = self.rota.iter().filter(|(of, _)| *of == programme.id).map(|(_, duty)| *duty).collect();
        let member = |org| self.members.iter().find(|one| one.programme_id == programme.id && one.org_id == org);
        let shown = ahead(&rota, now).into_iter().filter_map(|(day, duty)| {
            let (from, to) = duty.span(day);
            Some(Turn { programme, member: member(duty.org)?, from, to, beds: duty.beds })
        });
        shown.collect()
    }
}

/// A hospital's turn.
struct Turn<'a> {
    programme: &'a Kept,
    member: &'a Member,
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    beds: u32,
}

impl Turn<'_> {
    fn line(&self, now: DateTime<Utc>, holidays: &Holidays, leads: Leads) -> Markup {
        let (member, programme) = (self.member, self.programme);
        let (on_wall, is_now) = (leads == Leads::Nowhere, self.from <= now);
        html! {
            li.duty {
                p.duty__who {
                    @if is_now { (chip(Tone::Good, Icon::Clock, "いま当番")) }
                    @if on_wall { b { (member.org_name) } }
                    @else { a href=(format!("/organisations/{}", member.org_id)) { (member.org_name) } }
                    b { (self.beds) "床" }
                }
                p.duty__when {
                    (span(self.from, self.to, holidays))
                    @if !member.note.is_empty() { " ・ " (member.note) }
                    @if !on_wall { " ・ " a href=(format!("/programmes/{}", programme.id)) { (programme.rules.name) } }
                }
                @if !member.phone.is_empty() { (tel(&member.phone)) }
                @if is_now && leads == Leads::Question {
                    (button_link(Look::Primary, &offers::address_under(programme.id, member.org_id), "受入を依頼する"))
                }
            }
        }
    }
}

/// 「9:00〜17:00」, 「17:00〜翌9:00」, 「終日」.
pub(super) fn hours(from: NaiveTime, to: NaiveTime) -> String {
    let time = |time: NaiveTime| time.format("%-H:%M").to_string();
    match (from, to) {
        (NaiveTime::MIN, NaiveTime::MIN) => "終日".into(),
        (from, to) if from < to => format!("{}〜{}", time(from), time(to)),
        (from, to) => format!("{}〜翌{}", time(from), time(to)),
    }
}

/// 「11/24(火) 9:00〜17:00」, 「11/24(火) 17:00〜翌9:00」, 「11/24(火) 終日」.
#[must_use]
pub fn span(from: DateTime<Utc>, to: DateTime<Utc>, holidays: &Holidays) -> String {
    let (first, last) = (day_of(from), day_of(to));
    let day = wareki::table(first, holidays);
    match (wareki::clock(from).as_str(), wareki::clock(to).as_str()) {
        ("0:00", "0:00") => format!("{day} 終日"),
        (opens, closes) if first == last => format!("{day} {opens}〜{closes}"),
        (opens, closes) => format!("{day} {opens}〜翌{closes}"),
    }
}

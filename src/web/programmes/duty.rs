//! Who is on duty (当番) tonight and tomorrow, over all programmes that run.

use chrono::{DateTime, NaiveDate, NaiveTime, Utc};
use maud::{Markup, html};

use crate::domain::access::Network;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::programme::{Duty, ahead};
use crate::domain::wareki;
use crate::error::Result;
use crate::id::ProgrammeId;
use crate::store::db::Tx;
use crate::store::programmes::{self, Kept, Member};
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::tel_inline;
use crate::web::ui::table::Table;

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

    /// The turns of today and tomorrow, and last night's as long as it lasts; nothing where no programme keeps a rota.
    #[must_use]
    pub fn table(&self, now: DateTime<Utc>, holidays: &Holidays) -> Markup {
        if self.rota.is_empty() {
            return html! {};
        }
        let mut lines: Vec<_> =
            self.programmes.iter().flat_map(|programme| self.lines(programme, now, holidays)).collect();
        lines.sort_by_key(|(day, _)| *day);
        let lines: Vec<_> = lines.into_iter().map(|(_, line)| line).collect();
        let table = Table {
            caption: "後方支援病床の当番（今日と明日）",
            columns: &["いつ", "病院", "床数", "電話", "事業"],
            empty: "今日と明日の当番はありません。",
            dense: true,
        };
        html! { div.panel { (table.show(&lines)) } }
    }

    /// The turns of one programme, each with the day on which it begins.
    fn lines(&self, programme: &Kept, now: DateTime<Utc>, holidays: &Holidays) -> Vec<(NaiveDate, Vec<Markup>)> {
        let rota: Vec<_> = self.rota.iter().filter(|(of, _)| *of == programme.id).map(|(_, duty)| *duty).collect();
        let member = |org| self.members.iter().find(|one| one.programme_id == programme.id && one.org_id == org);
        let shown = ahead(&rota, now).into_iter().filter_map(|(day, duty)| {
            let (from, to) = duty.span(day);
            Some((day, line(programme, member(duty.org)?, (from, to, duty.beds), now, holidays)))
        });
        shown.collect()
    }
}

fn line(
    programme: &Kept,
    member: &Member,
    (from, to, beds): (DateTime<Utc>, DateTime<Utc>, u32),
    now: DateTime<Utc>,
    holidays: &Holidays,
) -> Vec<Markup> {
    vec![
        html! { div { (span(from, to, holidays)) @if from <= now { " " (chip(Tone::Good, Icon::Clock, "いま当番")) } } },
        html! { a href=(format!("/organisations/{}", member.org_id)) { (member.org_name) } },
        html! { b { (beds) "床" } },
        html! { div { @if !member.phone.is_empty() { (tel_inline(&member.phone)) } @if !member.note.is_empty() { small { (member.note) } } } },
        html! { a href=(format!("/programmes/{}", programme.id)) { (programme.rules.name) } },
    ]
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

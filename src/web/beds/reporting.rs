//! 報告状況: who has reported today and who hasn't, with the telephone beside it; and each hospital's habit over four weeks. The
//! region's desk sees all, a hospital its own line.

use std::collections::HashMap;

use axum::extract::State;
use chrono::{DateTime, Days, NaiveDate, Utc};
use maud::{Markup, html};

use super::inbox;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::bed::habit::{Habit, Part, habit, reporting};
use crate::domain::calendar::{Holidays, OrgCalendar, at, day_of};
use crate::domain::numbers;
use crate::domain::region::Region;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::store::beds::habits::{self, Reporting};
use crate::store::beds::inbox::{self as told, NotTaken};
use crate::store::region;
use crate::web::layout::{self, Menu};
use crate::web::session::Session;
use crate::web::ui::link::tel_inline;
use crate::web::ui::panel::{empty, head, panel, strip};
use crate::web::ui::spark::{Axis, along, spark};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// So many whole days before today are looked at.
const DAYS: u64 = 28;
/// So many missed days are named.
const NAMED: usize = 5;
const TITLE: &str = "報告状況";

/// One organisation.
struct Line {
    org: Reporting,
    habit: Habit,
    /// The first day that is counted, where the days before it aren't.
    since: Option<NaiveDate>,
    /// Whether it is open today.
    is_open: bool,
}

impl Line {
    const fn has_reported(&self) -> bool {
        self.org.today >= self.org.wards
    }
}

/// What the page stands on.
struct Status {
    now: DateTime<Utc>,
    region: Region,
    holidays: Holidays,
    days: Vec<NaiveDate>,
    lines: Vec<Line>,
    /// How many wards of a hundred reported on each day.
    shares: Vec<Option<u32>>,
    /// What of the watched folder couldn't be taken.
    not_taken: Vec<NotTaken>,
    /// Whether the reader may enter for those who haven't.
    is_desk: bool,
}

impl Status {
    /// # Errors
    /// [`Error::Forbidden`] to those who have nothing to do with reports.
    async fn load(app: &App, session: &Session) -> Result<Self> {
        let actor = &session.actor;
        let is_desk = actor.may(Permission::ReportForOthers);
        let sees_all = is_desk || actor.may(Permission::ManageRegion);
        if !sees_all && !actor.may(Permission::ReportBeds) {
            return Err(Error::Forbidden);
        }
        let of = (!sees_all).then_some(actor.org);
        let now = app.clock.now();
        let today = day_of(now);
        let days: Vec<_> = (1..=DAYS).rev().filter_map(|ago| today.checked_sub_days(Days::new(ago))).collect();
        let from = days.first().copied().unwrap_or(today);
        let mut tx = app.look().await?;
        let (region, holidays) = (region::load(&mut tx).await?, region::holidays(&mut tx).await?);
        let orgs = habits::reporting(&mut tx, actor.network(), of, today).await?;
        let parts = habits::parts(&mut tx, actor.network(), of, (from, today)).await?;
        let not_taken = told::not_taken(&mut tx, actor.network(), of).await?;
        let firsts = habits::first_days(&mut tx, actor.network(), of).await?;
        let begun = habits::begun(&mut tx, actor.network()).await?;
        let shares = days.iter().map(|day| share(&parts, *day, reporting(&firsts, begun, *day))).collect();
        let mut by_org: HashMap<OrgId, Vec<Part>> = HashMap::new();
        for (org, part) in parts {
            by_org.entry(org).or_default().push(part);
        }
        let lines = orgs.into_iter().map(|org| line(org, &by_org, (&days, begun), today, &holidays)).collect();
        Ok(Self { now, region, holidays, days, lines, shares, not_taken, is_desk })
    }

    /// When those who haven't reported today are asked.
    fn asked_at(&self) -> DateTime<Utc> {
        at(day_of(self.now), self.region.beds_by)
    }

    fn page(&self) -> Markup {
        let wards: i64 = self.lines.iter().map(|line| line.org.wards).sum();
        let reported: i64 = self.lines.iter().map(|line| line.org.today).sum();
        let whole = self.lines.iter().filter(|line| line.has_reported()).count();
        html! {
            (strip(&[
                ("今日報告した病棟", html! { b { (reported) } "／" (wards) "病棟" }),
                ("全病棟が済んだ機関", html! { b { (whole) } "／" (self.lines.len()) "機関" }),
                ("締切", html! { (self.region.beds_by.format("%-H:%M")) }),
            ]))
            @if self.lines.is_empty() { (empty("病棟のある機関がありません。")) }
            @else { (inbox::all(&self.not_taken, self.now, &self.holidays)) (self.open()) (self.course()) (self.habits()) }
        }
    }

    /// Who hasn't reported today, and how to reach them.
    fn open(&self) -> Markup {
        let open: Vec<_> = self.lines.iter().filter(|line| !line.has_reported()).collect();
        let rows: Vec<_> = open.iter().map(|line| self.open_row(line)).collect();
        let table = Table {
            caption: "今日まだ報告のない機関",
            columns: &["機関", "病棟", "いつもは", "お知らせ", "連絡"],
            empty: "すべての機関が報告しています。",
            dense: false,
        };
        panel("open", "まだの機関", &table.show(&rows))
    }

    fn open_row(&self, line: &Line) -> Vec<Markup> {
        let org = &line.org;
        let by = self.region.beds_by.format("%-H:%M");
        vec![
            html! { (org.org_name) @if !line.is_open { small { " 今日は休み" } } },
            html! { @if org.today > 0 { (org.today) "／" (org.wards) "病棟が報告済み" } @else { (org.wards) "病棟" } },
            html! { @if let Some(usual) = line.habit.usual { (usual.format("%-H:%M")) "ごろ" } @else { "報告なし" } },
            html! {
                @if !org.has_mail { "メールがありません。電話をお願いします" }
                @else if line.is_open { (by) @if self.now < self.asked_at() { "にメールします" } @else { "にメールでお願いしています" } }
                @else { "休みの日は送りません" }
            },
            html! {
                @if let Some(phone) = &org.phone { (tel_inline(phone)) " " }
                @if self.is_desk { a href=(format!("/beds/report?org={}", org.org_id)) { "代理入力" } " " a href=(format!("/beds/report/sheet.pdf?org={}", org.org_id)) { "FAX用紙" } }
            },
        ]
    }

    /// The share of wards that reported, day by day.
    fn course(&self) -> Markup {
        let known: Vec<_> = self.shares.iter().flatten().copied().collect();
        let (least, most) = (known.iter().min().copied().unwrap_or(0), known.iter().max().copied().unwrap_or(0));
        let words = format!("1日に報告した病棟の割合：最小{least}%、最大{most}%（休みの日も含みます）");
        let names = along(&self.days, |day| wareki::table(*day, &self.holidays));
        let axis = Axis { along: names, told: &|percent| format!("{percent}%") };
        let rows: Vec<_> = self
            .days
            .iter()
            .zip(&self.shares)
            .rev()
            .map(|(day, share)| {
                vec![
                    html! { (wareki::table(*day, &self.holidays)) },
                    html! { @if let Some(share) = share { (share) "%" } },
                ]
            })
            .collect();
        let table =
            Table { caption: "日ごとの割合", columns: &["日", "報告した病棟"], empty: "", dense: true };
        panel(
            "course",
            "この4週間",
            &html! {
                (spark(&self.shares, &axis, "報告した病棟の割合", &words))
                details.more { summary { "日ごとの数字" } (table.show(&rows)) }
            },
        )
    }

    fn habits(&self) -> Markup {
        let rows: Vec<_> = self.lines.iter().map(|line| self.habit_row(line)).collect();
        let table = Table {
            caption: "機関ごとの報告のようす（昨日までの28日、休みの日を除く）",
            columns: &["機関", "報告した日", "いつもの時刻", "主な方法", "報告のない日"],
            empty: "",
            dense: true,
        };
        panel("habits", "機関ごと", &table.show(&rows))
    }

    fn habit_row(&self, line: &Line) -> Vec<Markup> {
        let habit = &line.habit;
        let named: Vec<_> =
            habit.missed.iter().rev().take(NAMED).map(|day| wareki::table(*day, &self.holidays)).collect();
        let more = habit.missed.len().saturating_sub(NAMED);
        vec![
            html! { (line.org.org_name) },
            html! {
                @if let Some(share) = habit.share() { b { (share) "%" } " " }
                (habit.whole) "／" (habit.open) "日"
                @if let Some(since) = line.since { small { "（" (since.format("%-m/%-d")) "から）" } }
                @if habit.partly > 0 { small { " ほかに一部の病棟だけ " (habit.partly) "日" } }
            },
            html! { @if let Some(usual) = habit.usual { (usual.format("%-H:%M")) "ごろ" } @else { "－" } },
            html! { (habit.way.map_or("－", |way| way.label())) },
            html! { @if named.is_empty() { "なし" } @else { (named.join("、")) @if more > 0 { " ほか" (more) "日" } } },
        ]
    }
}

fn line(
    org: Reporting,
    parts: &HashMap<OrgId, Vec<Part>>,
    (days, begun): (&[NaiveDate], Option<NaiveDate>),
    today: NaiveDate,
    holidays: &Holidays,
) -> Line {
    // As for the reminder: what can't be read means the usual hours.
    let calendar: OrgCalendar = serde_json::from_str(&org.calendar).unwrap_or_default();
    let parts = parts.get(&org.org_id).map_or(&[][..], Vec::as_slice);
    // Nobody misses a day before the first report.
    let since = org.since.or(begun).filter(|since| days.first().is_some_and(|first| first < since));
    let days: Vec<_> = days.iter().copied().filter(|day| since.is_none_or(|since| since <= *day)).collect();
    let habit = habit(parts, org.wards, &days, |day| calendar.is_open(day, holidays));
    Line { is_open: calendar.is_open(today, holidays), habit, since, org }
}

fn share(parts: &[(OrgId, Part)], day: NaiveDate, wards: usize) -> Option<u32> {
    let reported: i64 = parts.iter().filter(|(_, part)| part.day == day).map(|(_, part)| part.wards).sum();
    numbers::share(usize::try_from(reported).ok()?.min(wards), wards)
}

/// The page.
pub async fn show(State(app): State<App>, session: Session) -> Answer {
    let status = Status::load(&app, &session).await?;
    let lead = html! { span { (wareki::full_at(status.now, &status.holidays)) " 現在" } };
    let body = html! {
        (head("空床報告", TITLE, &lead, &html! { a href="/beds/report" { "空床報告へ" } }))
        (status.page())
    };
    ok(layout::page(&app, &session, Menu::Report, TITLE, "", &body))
}

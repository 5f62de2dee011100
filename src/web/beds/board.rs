//! The bed board (空床情報). Everybody sees the same, so everything but the shell is rendered once per change.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use flate2::Crc;
use maud::{Markup, PreEscaped, html};

use super::filter::{Leads, Wanted};
use super::row::Light;
use crate::app::App;
use crate::domain::access::Network;
use crate::domain::bed::board::Totals;
use crate::domain::calendar::Holidays;
use crate::domain::region::Region;
use crate::domain::wareki;
use crate::error::Result;
use crate::id::{OrgId, WardId};
use crate::store::beds::{self, WardNow};
use crate::store::db::Tx;
use crate::store::region;
use crate::web::Answer;
use crate::web::board_cache::Edition;
use crate::web::form::Form;
use crate::web::layout::{self, Menu};
use crate::web::programmes::duty::Duties;
use crate::web::requests::offers;
use crate::web::session::Session;
use crate::web::spreadsheet::links;
use crate::web::ui::board::{line, live, totals};
use crate::web::ui::chip::Tone;
use crate::web::ui::form::Look;
use crate::web::ui::link::button_link;
use crate::web::ui::notice::{Notice, emergency};
use crate::web::ui::panel::{empty, head};

/// Everything that the board shows, at one moment.
#[derive(Debug)]
pub struct Board {
    /// The database's version of it.
    pub version: i64,
    /// The minute in which it is made.
    pub now: DateTime<Utc>,
    /// The wards.
    pub wards: Vec<Arc<WardNow>>,
    /// The region's rules.
    pub region: Region,
    /// The holidays, for dates.
    pub holidays: Holidays,
    /// Who keeps beds tonight and tomorrow.
    pub duties: Duties,
}

/// What the board shows through one filter: what changes of it is sent to where it is open.
#[derive(Debug, Default)]
pub struct View {
    /// The database's version of it.
    pub version: i64,
    /// The wards in their order.
    pub lines: Vec<Line>,
    /// Which of the fitting wards these are, from 0.
    pub first: usize,
    /// How many fit.
    pub fitting: usize,
    /// The sums.
    pub totals: String,
    /// When this was so.
    pub lead: String,
}

/// Rows on one page: nobody reads on for longer, and a country's wards are no page. The sums are of all.
const ROWS: usize = 300;

/// A ward on the board.
#[derive(Debug)]
pub struct Line {
    /// The ward.
    pub ward: WardId,
    /// Its row.
    pub html: String,
    /// What it says, in a sentence.
    pub said: String,
}

impl View {
    /// Sums and rows, kept up to date from `source`.
    #[must_use]
    pub fn rows(&self, source: &str) -> Markup {
        html! {
            (live(source, self.version))
            div id="board-totals" { (PreEscaped(&self.totals)) }
            ul.board id="board" { @for line in &self.lines { (PreEscaped(&line.html)) } }
        }
    }

    /// The way to the wards for which this page has no room; nothing where it has.
    fn others(&self, wanted: &Wanted) -> Markup {
        let (last, page) = (self.first + self.lines.len(), self.first / ROWS);
        let to = |page| Wanted { page, ..wanted.clone() }.address();
        html! {
            @if self.fitting > self.lines.len() {
                p { (self.fitting) "病棟のうち" (self.first + 1) "〜" (last) "番目です。地域や種類で絞り込むと、探しやすくなります。" }
                div.buttons {
                    @if page > 0 { (button_link(Look::Secondary, &to(page - 1), "前の病棟")) }
                    @if last < self.fitting { (button_link(Look::Secondary, &to(page + 1), "次の病棟")) }
                }
            }
        }
    }
}

impl Board {
    /// Reads the part of one organisation.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn of(tx: &mut Tx, network: Network, org: OrgId, now: DateTime<Utc>) -> Result<Self> {
        let version = beds::board_version(tx).await?;
        let wards = beds::board(tx, network, Some(org)).await?;
        Self::with(tx, network, version, wards.into_iter().map(Arc::new).collect(), now).await
    }

    /// Reads it, or what was reported since an `old` one was read. The version comes first: what is written meanwhile is shown
    /// too early rather than too late.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn read(tx: &mut Tx, network: Network, old: Option<&Self>, now: DateTime<Utc>) -> Result<Self> {
        let (version, whole) = beds::board_versions(tx).await?;
        let wards = match old {
            Some(old) if old.version == version => old.wards.clone(),
            Some(old) if old.version >= whole => old.renewed(beds::reported_since(tx, network, old.version).await?),
            _ => beds::board(tx, network, None).await?.into_iter().map(Arc::new).collect(),
        };
        Self::with(tx, network, version, wards, now).await
    }

    /// The wards, with those that have reported since in their old places.
    fn renewed(&self, reported: Vec<WardNow>) -> Vec<Arc<WardNow>> {
        let mut reported: HashMap<_, _> = reported.into_iter().map(|ward| (ward.ward_id, Arc::new(ward))).collect();
        self.wards.iter().map(|old| reported.remove(&old.ward_id).unwrap_or_else(|| Arc::clone(old))).collect()
    }

    async fn with(
        tx: &mut Tx,
        network: Network,
        version: i64,
        wards: Vec<Arc<WardNow>>,
        now: DateTime<Utc>,
    ) -> Result<Self> {
        Ok(Self {
            version,
            now,
            wards,
            region: region::load(tx).await?,
            holidays: region::holidays(tx).await?,
            duties: Duties::read(tx, network, now).await?,
        })
    }

    /// By what its reports are judged.
    #[must_use]
    pub fn light(&self) -> Light<'_> {
        Light { now: self.now, limits: self.region.age_limits(), holidays: &self.holidays }
    }

    /// The sums of the wards that a filter means, and those that fit in their order.
    #[must_use]
    pub fn chosen(&self, wanted: &Wanted) -> (Totals, Vec<&WardNow>) {
        let light = self.light();
        let meant: Vec<_> = self.wards.iter().map(AsRef::as_ref).filter(|ward| wanted.means(ward)).collect();
        let mut sums = Totals::default();
        for ward in &meant {
            sums.count(light.standing(ward), ward.report.accepting, ward.report.backup_accepting);
        }
        let fits = |ward: &&WardNow| wanted.fits(ward, light.standing(ward), self.now);
        let mut shown: Vec<_> = meant.into_iter().filter(fits).collect();
        wanted.sort(&mut shown, |ward| light.standing(ward));
        (sums, shown)
    }

    /// What the board shows through a filter.
    #[must_use]
    pub fn view(&self, wanted: &Wanted) -> View {
        let light = self.light();
        let (sums, shown) = self.chosen(wanted);
        let first = wanted.page.min(shown.len().saturating_sub(1) / ROWS) * ROWS;
        let line = |ward: &&WardNow| {
            let mut row = light.row(ward);
            if let Some(far) = wanted.far(ward) {
                row.unit = format!("{} ・ {far}", row.unit);
            }
            row.tags.splice(0..0, wanted.unsaid(ward, light.standing(ward)).map(str::to_owned));
            match wanted.leads {
                Leads::Nowhere => row.href = None,
                Leads::Ward => {}
                Leads::Question => row.ask = Some(offers::address(ward.org_id)),
            }
            Line { ward: ward.ward_id, html: line(&row).into_string(), said: row.said() }
        };
        let lead = format!("{} 現在", wareki::full_at(self.now, &self.holidays));
        View {
            version: self.version,
            lines: shown.iter().skip(first).take(ROWS).map(line).collect(),
            first,
            fitting: shown.len(),
            totals: strip(&sums).into_string(),
            lead,
        }
    }

    /// The board as it is seen through a filter, with what it shows through it, without the shell.
    #[must_use]
    pub fn page(&self, wanted: &Wanted, view: &View) -> Markup {
        let lead = html! {
            @if !self.region.name.is_empty() { span { (self.region.name) } }
            span id="board-lead" { (view.lead) }
        };
        html! {
            (head("", "空床情報", &lead, &html! {
                (button_link(Look::Quiet, &wanted.address_of("/beds/map"), "地図"))
                (button_link(Look::Quiet, "/beds/history", "空床の推移"))
                (button_link(Look::Quiet, "/programmes", "後方支援病床の事業"))
                (button_link(Look::Quiet, "/beds/about", "数え方と用語"))
            }))
            (emergency())
            (self.duties.table(self.now, &self.holidays))
            (self.filters("/beds", wanted))
            (nowhere(wanted))
            (view.rows(&wanted.address_of("/beds/live")))
            (view.others(wanted))
            @if !view.lines.is_empty() { div.buttons { (links(|end| wanted.address_of(&format!("/beds/board.{end}")))) } }
            @if self.wards.is_empty() { (empty("まだ病棟が登録されていません。")) }
            @else if view.lines.is_empty() {
                (empty("条件に合う病棟はありません。"))
                p { a href="/beds" { "条件をすべて外す" } }
            }
        }
    }
}

/// What to know where distance is asked for and can't be told.
pub(super) fn nowhere(wanted: &Wanted) -> Markup {
    let is_lost = wanted.asks_distance() && wanted.origin.is_none();
    html! { @if is_lost { (Notice { tone: Tone::Info, title: "距離は出せません", text: "自分の機関の位置が登録されていません。" }) } }
}

fn strip(sums: &Totals) -> Markup {
    let registered = format!("／ {}病棟", sums.registered);
    let silent = sums.registered - sums.reported;
    totals(&[
        ("報告した病棟", sums.reported, &registered),
        ("受入可", sums.accepting, "床"),
        ("要相談", sums.ask, "床"),
        ("うち後方支援枠", sums.backup, "床"),
        ("未報告・古い", silent, "病棟（合計に含めません）"),
    ])
}

/// The board.
pub async fn show(State(app): State<App>, session: Session, headers: HeaderMap, RawQuery(query): RawQuery) -> Answer {
    let wanted = Wanted::of(&app, &session, &Form::parse(query.unwrap_or_default().as_bytes())).await?;
    let edition = app.board.edition(&app, session.actor.network(), session.board_version).await?;
    Ok(respond(&app, &session, &headers, &edition, &wanted)?)
}

/// What stands in the shell where the board goes. Nothing that people write can look like it, for it would be escaped.
const HOLE: &str = "<!--board-->";

/// Puts the shared board into the visitor's own shell.
fn respond(app: &App, session: &Session, asked: &HeaderMap, edition: &Edition, wanted: &Wanted) -> Result<Response> {
    let shell = layout::page(app, session, Menu::Beds, "空床情報", "", &PreEscaped(HOLE.to_owned())).into_string();
    let (before, after) = shell.split_once(HOLE).unwrap_or((&shell, ""));
    let tag = tag(&edition.board, &format!("{shell}{:?}{:?}", wanted.origin, wanted.leads));
    let mut headers = HeaderMap::new();
    headers.insert(header::ETAG, HeaderValue::try_from(&tag).map_err(crate::error::Error::internal)?);
    // Kept by the visitor's own browser only, and asked for again each time.
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache"));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding, cookie"));
    if lists(asked, &header::IF_NONE_MATCH, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    let page = edition.page(wanted)?;
    if lists(asked, &header::ACCEPT_ENCODING, "gzip") {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        return Ok((headers, page.gzip_between(before, after)).into_response());
    }
    Ok((headers, page.between(before, after)).into_response())
}

/// The page's mark: the same as long as board and shell are. It is weak, since the compressed page has the same one.
fn tag(board: &Board, shell: &str) -> String {
    let mut crc = Crc::new();
    crc.update(shell.as_bytes());
    format!("W/\"{}-{}-{:08x}\"", board.version, board.now.timestamp() / 60, crc.sum())
}

/// Whether a header that is a list holds a value.
fn lists(headers: &HeaderMap, name: &HeaderName, value: &str) -> bool {
    let lines = headers.get_all(name).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|item| item.trim() == value)
}

//! The bed board (空床情報). Everybody sees the same, so everything but the shell is rendered once per change.

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, Utc};
use flate2::Crc;
use maud::{Markup, PreEscaped, html};

use super::filter::Wanted;
use super::row::Light;
use super::view::View;
use crate::app::App;
use crate::domain::access::{Network, Permission};
use crate::domain::calendar::Holidays;
use crate::domain::region::Region;
use crate::domain::wareki;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::beds::{self, WardNow};
use crate::store::db::Tx;
use crate::store::region;
use crate::web::Answer;
use crate::web::board_cache::Edition;
use crate::web::form::Form;
use crate::web::layout::{self, Menu};
use crate::web::programmes::duty::Duties;
use crate::web::session::Session;
use crate::web::spreadsheet::links;
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

    /// The wards that fit, in their order; those of one hospital stand together.
    #[must_use]
    pub fn chosen(&self, wanted: &Wanted) -> Vec<&WardNow> {
        let light = self.light();
        let fits = |ward: &&WardNow| wanted.means(ward) && wanted.fits(ward, light.standing(ward), self.now);
        let mut shown: Vec<_> = self.wards.iter().map(AsRef::as_ref).filter(fits).collect();
        wanted.sort(&mut shown, |ward| light.standing(ward));
        shown
    }

    /// Of which moment it is.
    pub(super) fn lead(&self) -> String {
        format!("{} 現在", wareki::full_at(self.now, &self.holidays))
    }

    /// What it is called, of when and where it is, and the ways from it.
    fn head(&self, wanted: &Wanted, may_hang: bool) -> Markup {
        let lead = html! {
            @if !self.region.name.is_empty() { span { (self.region.name) } }
            span id="board-lead" { (self.lead()) }
        };
        head(
            "",
            "空床情報",
            &lead,
            &html! {
                (button_link(Look::Quiet, &wanted.address_of("/beds/map"), "地図"))
                (button_link(Look::Quiet, "/beds/history", "空床の推移"))
                (button_link(Look::Quiet, "/programmes", "後方支援病床の事業"))
                (button_link(Look::Quiet, "/beds/about", "数え方と用語"))
                @if may_hang { (button_link(Look::Quiet, "/screens", "壁掛け画面")) }
            },
        )
    }

    /// The board as it is seen through a filter, with what it shows through it, without shell and head.
    #[must_use]
    pub fn page(&self, wanted: &Wanted, view: &View) -> Markup {
        html! {
            (emergency())
            (view.duty())
            (self.filters("/beds", wanted))
            (nowhere(wanted))
            div.sums { (view.sums(&wanted.address_of("/beds/live"))) }
            (view.cards())
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
    let head = edition.board.head(wanted, session.actor.may(Permission::ManageOrg));
    let body = html! { (head) (PreEscaped(HOLE)) };
    let shell = layout::page(app, session, Menu::Beds, "空床情報", "", &body).into_string();
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

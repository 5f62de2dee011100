//! The board while it stays open: what changes is sent to it and put in its place (server-sent events,
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>). Without the script the page is as good as a reload.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use futures_util::{Stream, stream};
use serde::Serialize;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::filter::Wanted;
use super::view::View;
use crate::actions::{screens, sign_in};
use crate::app::App;
use crate::domain::access::Network;
use crate::domain::sign_in::{IDLE_MINUTES, Step};
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::web::Answer;
use crate::web::bell::Ring;
use crate::web::failure;
use crate::web::form::Form;
use crate::web::session::Onlooker;

/// After so long what stands there is shown anew even where nobody reported: numbers grow older, and some too old.
const REFRESH: Duration = Duration::from_mins(5);
/// How often an open board hears that its line stands.
const TICK: Duration = Duration::from_secs(20);
/// More changes than this are counted to a screen reader, not read out.
const SAID: usize = 3;

/// The changes of the board, seen through the filters of the address. `seen` is the version that the page shows.
pub async fn board(
    State(app): State<App>,
    onlooker: Onlooker,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Answer {
    if !asks_for_events(&headers) {
        return Ok(failure::plain(
            StatusCode::NOT_ACCEPTABLE,
            "これは、開いている空床情報を更新するためのアドレスです。",
        ));
    }
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    let (seen, session) = (seen(&headers, &query), onlooker.session);
    let wanted = Wanted::of(&app, &session, &query).await?;
    // The board lives as long as the session would without it: a screen that is left alone must lock itself.
    let left = onlooker.seen_at + TimeDelta::minutes(IDLE_MINUTES) - app.clock.now();
    let ending = Ending::End(Instant::now() + left.to_std().unwrap_or_default());
    let right = Right::Session(session.token);
    let watcher = Watcher::new(&app, (session.actor.network(), right), wanted, ending);
    Ok(watcher.start(seen, session.board_version).await?)
}

/// Whether somebody listens: what only reads would wait for the end for ever.
pub fn asks_for_events(headers: &HeaderMap) -> bool {
    headers.get_all(header::ACCEPT).iter().any(|line| line.as_bytes().starts_with(b"text/event-stream"))
}

/// The version that the page shows, or showed before the line was cut.
pub fn seen(headers: &HeaderMap, query: &Form) -> Option<i64> {
    let last = headers.get("last-event-id").and_then(|value| value.to_str().ok());
    last.unwrap_or_else(|| query.text("seen")).parse().ok()
}

/// When a line ends by itself, and what the board then does.
#[derive(Clone, Copy, Debug)]
pub enum Ending {
    /// It stops: a person has to look at it again.
    End(Instant),
    /// It asks again by itself.
    Away(Instant),
}

impl Ending {
    const fn at(self) -> Instant {
        match self {
            Self::End(at) | Self::Away(at) => at,
        }
    }

    /// The event. A line that ends without 「end」 the browser mends by itself.
    const fn event(self) -> &'static str {
        match self {
            Self::End(_) => "end",
            Self::Away(_) => "away",
        }
    }
}

/// By what a board was opened: asked again before anything more is sent to it.
#[derive(Clone, Debug)]
pub enum Right {
    /// The session of somebody signed in, by its token.
    Session(String),
    /// The address of a screen.
    Screen(String),
}

impl Right {
    /// Whether it stands.
    async fn stands(&self, app: &App) -> Result<bool> {
        let asked = match self {
            Self::Session(token) => sign_in::look_on(app, token).await.map(|found| found.step == Step::Open),
            Self::Screen(token) => screens::open(app, token).await.map(|_| true),
        };
        match asked {
            Err(Error::SignedOut | Error::NotFound) => Ok(false),
            other => other,
        }
    }
}

/// One open board.
pub struct Watcher {
    app: App,
    network: Network,
    right: Right,
    wanted: Wanted,
    heard: watch::Receiver<Ring>,
    shown: Arc<View>,
    ending: Ending,
    is_over: bool,
}

impl Watcher {
    /// Listens for what changes on the board as these filters show it.
    #[must_use]
    pub fn new(app: &App, (network, right): (Network, Right), wanted: Wanted, ending: Ending) -> Self {
        let mut heard = app.board.bell.listen(app);
        // What was told before this one listened may be newer than what its session read.
        heard.mark_changed();
        Self { app: app.clone(), network, right, wanted, heard, shown: Arc::default(), ending, is_over: false }
    }

    /// Sends what changes. Who has `seen` another version than there is gets everything first.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn start(mut self, seen: Option<i64>, version: i64) -> Result<Response> {
        if self.app.board.bell.is_full() {
            let words = "いまは自動で更新できません。表示を更新してください。";
            return Ok(failure::plain(StatusCode::SERVICE_UNAVAILABLE, words));
        }
        self.shown = self.view(version).await?;
        let first = (seen != Some(self.shown.version)).then(|| self.event(&News::all(&self.shown)));
        let stream = stream::unfold((self, first), |(mut watcher, first)| async move {
            let event = match first {
                Some(event) => event,
                None => watcher.next().await?,
            };
            Some((Ok::<_, Infallible>(event), (watcher, None)))
        });
        Ok(answer(stream))
    }

    async fn view(&self, version: i64) -> Result<Arc<View>> {
        Ok(self.app.board.edition(&self.app, self.network, version).await?.view(&self.wanted))
    }

    /// Waits for the next event; none after the last.
    async fn next(&mut self) -> Option<Event> {
        let mut refresh = Instant::now() + REFRESH;
        while !self.is_over {
            let is_awake = tokio::select! {
                heard = self.heard.changed() => heard.is_ok(),
                () = sleep_until(refresh) => true,
                () = sleep_until(self.ending.at()) => false,
            };
            let ring = *self.heard.borrow_and_update();
            if !is_awake || ring == Ring::Closed {
                self.is_over = true;
                let event = if is_awake { "away" } else { self.ending.event() };
                return Some(Event::default().event(event).data("-"));
            }
            refresh = Instant::now() + REFRESH;
            let version = if let Ring::Version(version) = ring { version } else { self.shown.version };
            match self.told(version).await {
                Ok(Some(event)) => return Some(event),
                Ok(None) => {}
                Err(error) => tracing::warn!(%error, "an open board can't be told what is new"),
            }
        }
        None
    }

    /// What is new up to a version, for who may still see it; the others are told that it is over.
    async fn told(&mut self, version: i64) -> Result<Option<Event>> {
        let view = self.view(version).await?;
        let news = News::between(&self.shown, &view);
        if news.is_some() && !self.right.stands(&self.app).await? {
            self.is_over = true;
            return Ok(Some(Event::default().event(self.ending.event()).data("-")));
        }
        self.shown = Arc::clone(&view);
        Ok(news.map(|news| self.event(&news)))
    }

    fn event(&self, news: &News<'_>) -> Event {
        let event = Event::default().event("news").id(self.shown.version.to_string());
        event.json_data(news).unwrap_or_else(|error| {
            tracing::error!(%error, "what is new on the board can't be written");
            Event::default().comment("")
        })
    }
}

fn answer(stream: impl Stream<Item = Result<Event, Infallible>> + Send + 'static) -> Response {
    // nginx would otherwise keep events until it has enough of them.
    let headers = [("x-accel-buffering", "no")];
    (
        headers,
        Sse::new(stream).keep_alive(KeepAlive::new().interval(TICK).event(Event::default().event("tick").data("-"))),
    )
        .into_response()
}

/// What is different on the board.
#[derive(Debug, Eq, PartialEq, Serialize)]
struct News<'a> {
    /// Whether the rows are all there are: the others go.
    all: bool,
    rows: Vec<Changed<'a>>,
    gone: Vec<OrgId>,
    totals: &'a str,
    /// Who keeps beds, where somebody else does.
    duty: Option<&'a str>,
    lead: &'a str,
    /// What a screen reader says, once.
    said: String,
}

#[derive(Debug, Eq, PartialEq, Serialize)]
struct Changed<'a> {
    id: OrgId,
    /// Where it goes if it isn't there yet; none is the top.
    after: Option<OrgId>,
    html: &'a str,
}

impl<'a> News<'a> {
    fn all(view: &'a View) -> Self {
        let rows = rows(view, |_| true);
        let (totals, duty, lead) = (&view.totals, Some(&*view.duty), &view.lead);
        Self { all: true, rows, gone: Vec::new(), totals, duty, lead, said: String::new() }
    }

    /// What is different; none where everything looks the same.
    fn between(old: &View, new: &'a View) -> Option<Self> {
        let before: HashMap<_, _> = old.lines.iter().map(|line| (line.org, line)).collect();
        let now: HashSet<_> = new.lines.iter().map(|line| line.org).collect();
        let rows = rows(new, |at| before.get(&new.lines[at].org).is_none_or(|line| line.html != new.lines[at].html));
        let gone: Vec<_> = old.lines.iter().map(|line| line.org).filter(|org| !now.contains(org)).collect();
        let duty = (old.duty != new.duty).then_some(&*new.duty);
        if rows.is_empty() && gone.is_empty() && duty.is_none() && old.totals == new.totals {
            return None;
        }
        let known: HashSet<_> = old.lines.iter().flat_map(|line| &line.said).collect();
        let spoken = new.lines.iter().flat_map(|line| &line.said).filter(|said| !known.contains(said));
        let spoken: Vec<_> = spoken.map(|(_, said)| said.as_str()).collect();
        let said = match spoken.len() {
            0 => String::new(),
            1..=SAID => format!("{}。", spoken.join("。")),
            many => format!("{many}病棟の報告が新しくなりました。"),
        };
        Some(Self { all: false, rows, gone, totals: &new.totals, duty, lead: &new.lead, said })
    }
}

fn rows(view: &View, wanted: impl Fn(usize) -> bool) -> Vec<Changed<'_>> {
    let after = |at: usize| at.checked_sub(1).map(|before| view.lines[before].org);
    let row = |at: usize| Changed { id: view.lines[at].org, after: after(at), html: &view.lines[at].html };
    (0..view.lines.len()).filter(|at| wanted(*at)).map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::WardId;
    use crate::web::beds::view::Line;

    /// A hospital's card and what its wards say.
    type Card<'a> = (OrgId, &'a str, &'a [(WardId, &'a str)]);

    fn view(lines: &[Card<'_>], totals: &str, duty: &str) -> View {
        let line = |&(org, html, said): &Card<'_>| {
            let said = said.iter().map(|(ward, said)| (*ward, (*said).to_owned())).collect();
            Line { org, html: html.into(), said }
        };
        View {
            version: 1,
            lines: lines.iter().map(line).collect(),
            totals: totals.into(),
            duty: duty.into(),
            lead: "9:05".into(),
            ..View::default()
        }
    }

    #[test]
    fn only_what_looks_different_is_sent_and_only_what_was_reported_is_said() {
        let [a, b, c, d] = [(); 4].map(|()| OrgId::fresh());
        let [east, west, south, north, new] = [(); 5].map(|()| WardId::fresh());
        let before = [(a, "3床 1分前", &[(east, "東 3床")][..]), (b, "0床", &[(west, "西 0床"), (north, "北 1床")])];
        let old = view(&[&before[..], &[(c, "1床", &[(south, "南 1床")])]].concat(), "4", "当番");
        assert_eq!(News::between(&old, &old), None);
        let after = [
            (a, "3床 2分前", &[(east, "東 3床")][..]),
            (d, "5床", &[(new, "新 5床")]),
            (b, "2床", &[(north, "北 1床"), (west, "西 2床")]),
        ];
        let new = view(&after, "10", "当番");
        let news = News::between(&old, &new).unwrap();
        let rows: Vec<_> = news.rows.iter().map(|row| (row.id, row.after, row.html)).collect();
        assert_eq!(rows, [(a, None, "3床 2分前"), (d, Some(a), "5床"), (b, Some(d), "2床")]);
        assert_eq!((news.gone.as_slice(), news.totals, news.said.as_str()), ([c].as_slice(), "10", "新 5床。西 2床。"));
        assert_eq!(news.duty, None);
    }

    #[test]
    fn who_keeps_beds_from_now_on_is_told_though_nobody_reported() {
        let [old, new] = ["昼の当番", "夜の当番"].map(|duty| view(&[], "4", duty));
        assert_eq!(News::between(&old, &new).unwrap().duty, Some("夜の当番"));
    }

    #[test]
    fn many_reports_at_once_are_counted() {
        let org = OrgId::fresh();
        let wards: Vec<_> = (0..4).map(|_| WardId::fresh()).collect();
        let said = |said: &'static str| wards.iter().map(|ward| (*ward, said)).collect::<Vec<_>>();
        let (before, after) = (said("前"), said("後"));
        let (old, new) = (view(&[(org, "前", &before)], "", ""), view(&[(org, "後", &after)], "", ""));
        assert_eq!(News::between(&old, &new).unwrap().said, "4病棟の報告が新しくなりました。");
    }
}

//! The board of a region, of Tokyo, of the country: served to readers while reports arrive, with one day or with ten years of
//! history behind it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use okaeri::app::App;
use okaeri::domain::calendar::day_of;
use okaeri::id::{OrgId, ReportId, WardId};
use okaeri::store::beds;
use okaeri::store::change::Machine;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::http::{Conn, page, request};
use crate::load::{Ask, Flow, drive, median, same};
use crate::place::Place;
use crate::scene::Hospital;
use crate::server::{Server, free_port};
use crate::{Result, bench, pause, post, say, scene};

/// Sizes by name: hospitals, and wards of each. The country's hospitals are those of the survey of 2024 that 〔病床〕 counts.
const SIZES: [(&str, usize, usize); 3] = [("region", 60, 5), ("tokyo", 650, 6), ("country", 7_587, 6)];
/// Hospitals whose reporters are real people; the others are copies of the first.
const REPORTERS: usize = 16;
/// Hospitals of one municipality.
const TOWN: usize = 12;
/// Days of ten years.
pub const TEN_YEARS: i64 = 3_653;

/// Readers who look at the board, each so often.
const READERS: usize = 32;
const LOOKS_EVERY: Duration = Duration::from_millis(200);
/// 45,000 reports an hour.
const REPORTS_EVERY: Duration = Duration::from_millis(80);
const WATCHED: Duration = Duration::from_secs(20);
/// Two boards are compared in so many turns, each so long.
const TURNS: usize = 7;
const TURN: Duration = Duration::from_secs(10);
/// Reports whose way to an open board is measured.
const SEEN: u32 = 20;

/// The board of one size with so many days behind it; of all sizes, and of a region before and after ten years, where no name is
/// given.
pub async fn run(name: &str, days: i64) -> Result<bool> {
    if name.is_empty() {
        for size in SIZES {
            measure(size, 1).await?;
        }
        history().await?;
    } else if name == "history" {
        history().await?;
    } else {
        let names = || SIZES.map(|(name, ..)| name).join(", ");
        let size = SIZES.iter().find(|size| size.0 == name);
        measure(*size.ok_or_else(|| format!("no size {name}; there are {}", names()))?, days).await?;
    }
    Ok(true)
}

/// A network that is served.
struct Network {
    place: Place,
    address: SocketAddr,
    /// What tells the time to those who report; it is closed.
    app: App,
    reporters: Vec<Arc<Hospital>>,
    server: Server,
}

impl Network {
    async fn new((name, hospitals, wards): (&str, usize, usize), days: i64) -> Result<Self> {
        let place = Place::new(&format!("network{days}"), "sqlite").await?;
        let address = free_port()?;
        let app = place.app(address).await?;
        let reporters = settle(&app, hospitals, wards, days).await?;
        app.close().await;
        say(format_args!("{name}: {} wards, {days} days behind them", hospitals * wards));
        let mut server = Server::start(&place, address, free_port()?)?;
        server.first_answer(&page("/beds", &reporters[0].reporter.session)).await?;
        Ok(Self { place, address, app, reporters, server })
    }

    async fn leave(self) -> Result<()> {
        drop(self.server);
        self.place.leave().await
    }
}

async fn measure(size: (&str, usize, usize), days: i64) -> Result<()> {
    let network = Network::new(size, days).await?;
    bench::board(&network.place, network.address, &network.reporters, size.1 * size.2).await?;
    let quiet = look(&network, WATCHED, false).await?;
    let busy = look(&network, WATCHED, true).await?;
    say(format_args!(
        "readers   p99 {:.1} ms while nobody reports, {:.1} ms at {:.0} reports of whole hospitals an hour ({READERS} readers, {:.0} looks/s)",
        ms(quiet.p99),
        ms(busy.p99),
        3600.0 / REPORTS_EVERY.as_secs_f64(),
        busy.per_second,
    ));
    let took = seen(&network).await?;
    let last = took.iter().max().copied().unwrap_or_default();
    let middle = median(took.into_iter().map(ms).collect());
    say(format_args!(
        "seen      {middle:.0} ms from a report to an open board (middle of {SEEN}), {:.0} ms at most",
        ms(last)
    ));
    say(format_args!("memory    {:.0} MB resident after all that", network.server.memory()?));
    network.leave().await
}

/// A region's board with one day and with ten years behind it, in turns.
async fn history() -> Result<()> {
    let (young, old) = (Network::new(SIZES[0], 1).await?, Network::new(SIZES[0], TEN_YEARS).await?);
    for (words, reports) in [("while nobody reports", false), ("while reports arrive", true)] {
        let (mut ratios, mut before, mut after) = (Vec::new(), Vec::new(), Vec::new());
        for _ in 0..TURNS {
            before.push(ms(look(&young, TURN, reports).await?.p99));
            after.push(ms(look(&old, TURN, reports).await?.p99));
            ratios.push(after[after.len() - 1] / before[before.len() - 1]);
        }
        say(format_args!(
            "history   {:.2} of one day's p99 after ten years, {words} (middle of {TURNS}); {:.1} ms and {:.1} ms",
            median(ratios),
            median(before),
            median(after),
        ));
    }
    young.leave().await?;
    old.leave().await
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Hospitals whose wards have reported on each of so many days; those who can report now.
async fn settle(app: &App, hospitals: usize, wards: usize, days: i64) -> Result<Vec<Arc<Hospital>>> {
    let mut reporters = Vec::new();
    for number in 0..REPORTERS {
        reporters.push(Arc::new(scene::hospital(app, number, wards).await?));
    }
    let mut tx = app.bookkeep().await?;
    for number in REPORTERS..hospitals {
        copy(&mut tx, &reporters[0], number).await?;
    }
    for before in 1..days {
        let at = tx.now - TimeDelta::days(before);
        remember(&mut tx, at).await?;
    }
    beds::raise_board(&mut tx).await?;
    tx.commit().await?;
    Ok(reporters)
}

/// One more hospital like the model.
async fn copy(tx: &mut Machine, model: &Hospital, number: usize) -> Result<()> {
    let org = OrgId::fresh();
    let sql = "insert into org (id, kind, name, name_kana, search_key, address, municipality_name, phone, departments,
                 preferred_channel, calendar, hours_note, network_member, source, source_key, changed_at)
               select $1, kind, $2, $2, $2, address, $3, phone, departments, preferred_channel, calendar, hours_note,
                 network_member, source, $2, changed_at from org where id = $4";
    let query = tx.query(sql).bind(org).bind(format!("第{number}みなと病院")).bind(format!("第{}市", number / TOWN));
    query.bind(model.org).execute().await?;
    for like in &model.wards {
        let (ward, report) = (WardId::fresh(), ReportId::fresh());
        let sql = "insert into ward (id, org_id, name, kind, capacity, sex_limit, position, active)
                   select $1, $2, name, kind, capacity, sex_limit, position, active from ward where id = $3";
        tx.query(sql).bind(ward).bind(org).bind(*like).execute().await?;
        let sql = "insert into bed_report (id, ward_id, org_id, capacity, occupied, reserved, accepting, closed, backup_accepting,
                     discharging_today, expected_24h, expected_72h, acceptance, sex_limit, note, as_of, reported_at, reported_by,
                     entry_kind)
                   select $1, $2, $3, r.capacity, r.occupied, r.reserved, r.accepting, r.closed, r.backup_accepting,
                     r.discharging_today, r.expected_24h, r.expected_72h, r.acceptance, r.sex_limit, r.note, r.as_of,
                     r.reported_at, r.reported_by, r.entry_kind
                     from bed_current c join bed_report r on r.id = c.report_id where c.ward_id = $4";
        tx.query(sql).bind(report).bind(ward).bind(org).bind(*like).execute().await?;
        tx.query("insert into bed_current (ward_id, report_id) values ($1, $2)")
            .bind(ward)
            .bind(report)
            .execute()
            .await?;
    }
    Ok(())
}

/// Lets every ward have said at a moment of the past what it says now.
async fn remember(tx: &mut Machine, at: DateTime<Utc>) -> Result<()> {
    // An id begins with its time (RFC 9562 §5.7), and ends here as its ward's does.
    let head = format!("{:012x}7000", at.timestamp_millis());
    let sql = "insert into bed_report (id, ward_id, org_id, capacity, occupied, reserved, accepting, closed, backup_accepting,
                 discharging_today, expected_24h, expected_72h, acceptance, sex_limit, note, as_of, reported_at, reported_by,
                 entry_kind)
               select unhex($1 || substr(hex(r.ward_id), 17)), r.ward_id, r.org_id, r.capacity, r.occupied,
                 r.reserved, r.accepting, r.closed, r.backup_accepting, r.discharging_today, r.expected_24h, r.expected_72h,
                 r.acceptance, r.sex_limit, r.note, $2, $2, r.reported_by, r.entry_kind
                 from bed_current c join bed_report r on r.id = c.report_id";
    tx.query(sql).bind(head).bind(at).execute().await?;
    let sql =
        "insert into ward_day (ward_id, day, kind, as_of, capacity, occupied, accepting, backup_accepting, acceptance)
               select r.ward_id, $1, w.kind, $2, r.capacity, r.occupied, r.accepting, r.backup_accepting, r.acceptance
                 from bed_current c join bed_report r on r.id = c.report_id join ward w on w.id = c.ward_id";
    tx.query(sql).bind(day_of(at)).bind(at).execute().await?;
    let sql =
        "insert into bed_day (ward_id, day, first_at, kind) select c.ward_id, $1, $2, 'entered' from bed_current c";
    tx.query(sql).bind(day_of(at)).bind(at).execute().await?;
    Ok(())
}

/// Readers, each at their own pace; while somebody reports, where that is wanted.
async fn look(network: &Network, time: Duration, reports: bool) -> Result<Flow> {
    let Network { address, app, reporters, .. } = network;
    let ask = |nth: usize| same(&page("/beds", &reporters[nth % reporters.len()].reporter.session), 1);
    let asks: Vec<Ask> = (0..READERS).flat_map(ask).collect();
    let readers = drive(*address, time, LOOKS_EVERY, asks, |_, status| status == 200);
    if !reports {
        return readers.await;
    }
    let writers = drive(*address, time, REPORTS_EVERY, vec![reporting(app, reporters)], post::is_done);
    Ok(tokio::try_join!(readers, writers)?.0)
}

/// One hospital after the other says something else than before.
fn reporting(app: &App, reporters: &[Arc<Hospital>]) -> Ask {
    let (clock, reporters, mut nth) = (app.clock.clone(), reporters.to_vec(), 0_usize);
    Box::new(move || {
        nth += 1;
        let said = scene::counts(1 + i32::try_from(nth / reporters.len() % 7).unwrap_or_default(), "");
        post::report_on_page(&reporters[nth % reporters.len()], clock.now(), &said, &OrgId::fresh().to_string()).into()
    })
}

/// How long each of some reports takes to stand on a board that is open.
async fn seen(network: &Network) -> Result<Vec<Duration>> {
    let Network { address, app, reporters, .. } = network;
    let mut open = Open::new(*address, &reporters[1].reporter.session).await?;
    let mut conn = Conn::open(*address).await?;
    let mut took = Vec::new();
    let ours = std::slice::from_ref(&reporters[0]);
    let mut ask = reporting(app, ours);
    for _ in 0..SEEN {
        pause(Duration::from_millis(700)).await;
        let report = ask();
        let sent = Instant::now();
        let status = conn.send(&report).await?;
        if !post::is_done(&conn, status) {
            return Err(format!("{status} {}", conn.body_text()).into());
        }
        open.news().await?;
        took.push(sent.elapsed());
    }
    Ok(took)
}

/// A board that is open.
struct Open(TcpStream);

impl Open {
    async fn new(address: SocketAddr, session: &str) -> Result<Self> {
        let mut stream = TcpStream::connect(address).await?;
        let headers = format!("cookie: okaeri={session}\r\naccept: text/event-stream\r\n");
        stream.write_all(&request("GET", "/beds/live", &headers, "")).await?;
        let mut open = Self(stream);
        // First comes everything there is.
        open.news().await?;
        Ok(open)
    }

    /// Waits for the end of the next event that says what is new.
    async fn news(&mut self) -> Result<()> {
        let mut read = Vec::new();
        let ends = |read: &[u8]| {
            let news = read.windows(11).position(|part| part == b"event: news");
            news.is_some_and(|at| read[at..].windows(2).any(|part| part == b"\n\n"))
        };
        while !ends(&read) {
            if self.0.read_buf(&mut read).await? == 0 {
                return Err("the open board was closed".into());
            }
        }
        Ok(())
    }
}

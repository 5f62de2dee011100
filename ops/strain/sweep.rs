//! A round of the jobs: reminders that are due among very many that are only planned, against the same ones alone.
//!
//! The program plans the reminders of one conference. Thousands of copies of it are made in the database, with parties of
//! their own and each moved by some days: for some the reminder of three days before is due today, for the others nothing is.

use std::collections::HashSet;
use std::io::Read;
use std::net::SocketAddr;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use lettre::address::Envelope;
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::extension::ClientId;
use okaeri::app::App;
use okaeri::domain::calendar::{at, day_of};
use okaeri::domain::notice::Outcome;
use okaeri::domain::org::Channel;
use okaeri::id::{ConferenceId, NoticeId};
use okaeri::store::db::Tx;
use okaeri::store::notices::mark::{self, Attempt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::crowd::{Crowd, morning};
use crate::place::Place;
use crate::server::{free_port, okaeri, resident};
use crate::sink::{Letter, Sink};
use crate::{Result, pause, say, scene, wanted};

/// Messages that are due, unless another number is asked for.
pub const DUE: i32 = 10_000;
/// A copy has so many invited parties, each with a reminder that is due.
const PARTIES: i32 = 4;
/// So many copies for each that has something due; each has sixteen reminders to come. Of 10,000 that are due, a million is planned.
const AMONG: i32 = 25;
/// The conference that is copied is so many days ahead of the sweep.
const AHEAD: i64 = 30;
/// Connections that lettre has for itself.
const POOL: usize = 8;
const MARKING: Duration = Duration::from_secs(3);

/// Which copies are made, and by how many days they are moved: `by` and up to `spread` days more.
struct Copies {
    first: i32,
    last: i32,
    by: i64,
    spread: i32,
}

/// With so many messages due.
pub async fn run(due: i32) -> Result<()> {
    match wanted().as_str() {
        "sqlite" => among_many(due / PARTIES).await,
        server => on_postgres(server, due).await,
    }
}

/// The same number that is due, on the PostgreSQL server that `OKAERI_TEST_DATABASE` names, where nothing else is planned.
async fn on_postgres(server: &str, due: i32) -> Result<()> {
    let place = Place::new("sweep", server).await?;
    let sink = Sink::start().await?;
    let crowd = Crowd::gather(place.app(free_port()?).await?).await?;
    let now = morning(&crowd.app);
    crowd.invite(usize::try_from(due)?, now).await?;
    // PostgreSQL counts its rows by itself, some minute later.
    let mut tx = crowd.app.bookkeep().await?;
    tx.query("analyze").execute().await?;
    tx.commit().await?;
    let ((sent, seconds, memory), letters) = sweep(&place, &sink, now).await?;
    let rate = f64::from(sent) / seconds;
    say(format_args!("sweep     {sent} due in {seconds:.1} s, {rate:.0}/s, at most {memory:.0} MB"));
    beside(&crowd.app, &sink, letters, rate).await?;
    crowd.app.close().await;
    place.leave().await
}

async fn among_many(copies: i32) -> Result<()> {
    let place = Place::new("sweep", "sqlite").await?;
    let sink = Sink::start().await?;
    let app = place.app(free_port()?).await?;
    let hospital = scene::hospital(&app, 0, 1).await?;
    let now = at(day_of(app.clock.now()) + Days::new(1), NaiveTime::from_hms_opt(10, 30, 0).unwrap_or_default());
    let original = scene::conference(&app, &hospital, now + TimeDelta::days(AHEAD)).await?.id;
    sweep(&place, &sink, now).await?;

    let due = |first, last| Copies { first, last, by: 3 - AHEAD, spread: 1 };
    copy(&app, original, now, &due(1, copies)).await?;
    let ((alone, seconds_alone, _), _) = sweep(&place, &sink, now).await?;
    copy(&app, original, now, &due(copies + 1, 2 * copies)).await?;
    copy(&app, original, now, &Copies { first: 2 * copies + 1, last: AMONG * copies, by: 0, spread: 300 }).await?;
    let planned = queued(&mut app.look().await?).await?;
    let ((among, seconds, memory), letters) = sweep(&place, &sink, now).await?;
    let rate = f64::from(among) / seconds;
    say(format_args!(
        "sweep     {:.2} of the speed without the others: {among} due among {planned} planned\n          in {seconds:.1} s, {rate:.0}/s, at most {memory:.0} MB; {alone} alone in {seconds_alone:.1} s",
        seconds_alone / seconds,
    ));
    beside(&app, &sink, letters, rate).await?;
    app.close().await;
    place.leave().await
}

/// What the parts of it do alone.
async fn beside(app: &App, sink: &Sink, letters: Vec<Letter>, rate: f64) -> Result<()> {
    let bare = by_lettre(letters, sink.address).await?;
    say(format_args!(
        "          {:.2} of lettre alone, {bare:.0}/s: the same messages to the same mail server on {POOL} connections",
        rate / bare
    ));
    let marks = marks_per_second(app).await?;
    say(format_args!(
        "          {:.2} of a bare insert and mark, {marks:.0}/s: one transaction each, in the same database",
        rate / marks
    ));
    Ok(())
}

/// The same messages by nothing but lettre, on a pool of connections; so many in a second.
async fn by_lettre(letters: Vec<Letter>, address: SocketAddr) -> Result<f64> {
    let count = u32::try_from(letters.len())?;
    let messages = Arc::new(Mutex::new(letters));
    let mut pool = JoinSet::new();
    let began = Instant::now();
    for _ in 0..POOL {
        let messages = Arc::clone(&messages);
        pool.spawn(async move {
            // Its own connections wait 40 ms for each message, because it sends them in two pieces.
            let stream = TcpStream::connect(address).await?;
            stream.set_nodelay(true)?;
            let mut wire = AsyncSmtpConnection::connect_with_transport(Box::new(stream), &ClientId::default()).await?;
            loop {
                let Some(letter) = messages.lock().unwrap_or_else(PoisonError::into_inner).pop() else { break };
                let to = letter.header("To").split(['<', '>']).nth(1).unwrap_or_default().parse()?;
                let envelope = Envelope::new(Some("okaeri@okaeri.test".parse()?), vec![to])?;
                wire.send(&envelope, &letter.raw).await?;
            }
            wire.quit().await?;
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(())
        });
    }
    while let Some(done) = pool.join_next().await {
        done??;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

/// How often in a second a row can be added and another one marked, so that it lasts.
async fn marks_per_second(app: &App) -> Result<f64> {
    let (notice,): (NoticeId,) = app.look().await?.query("select id from notice limit 1").one().await?;
    let (began, mut count) = (Instant::now(), 0_u32);
    while began.elapsed() < MARKING {
        let mut tx = app.bookkeep().await?;
        let (channel, outcome) = (Channel::Mail, Outcome::Sent);
        mark::add_attempts(&mut tx, &[Attempt { id: notice, channel, outcome, reply: "250 kept", by: None }]).await?;
        tx.query("update notice set attempts = attempts + 1 where id = $1").bind(notice).execute().await?;
        tx.commit().await?;
        count += 1;
    }
    Ok(f64::from(count) / began.elapsed().as_secs_f64())
}

async fn queued(tx: &mut Tx) -> Result<i64> {
    let (count,) = tx.query("select count(*) from notice where state = 'queued'").one().await?;
    Ok(count)
}

/// Copies a conference with its invitations and reminders. What a copy would have sent by yesterday is sent. In SQLite's own
/// words, for a million rows by way of the actions would take an hour.
async fn copy(app: &App, original: ConferenceId, now: DateTime<Utc>, copies: &Copies) -> Result<()> {
    macro_rules! copies {
        ($insert:literal) => {
            concat!(
                "with recursive copy (i, days) as (
                   select $2, $4 || ' days' union all select i + 1, ($4 + (i + 1) % $5) || ' days' from copy where i < $3) ",
                $insert
            )
        };
    }
    let mut tx = app.bookkeep().await?;
    for sql in [
        copies!(
            "insert into org (id, kind, name, name_kana, search_key, address, mail, departments, preferred_channel, calendar, hours_note,
               network_member, source, source_key, changed_at)
             select cast(printf('%08d', i) || substr(hex(id), -8) as blob), kind, name, name_kana, search_key, address, mail, departments,
               preferred_channel, calendar, hours_note, network_member, source, i || source_key, changed_at
               from copy, org where id in (select org_id from invitation where conference_id = $1)"
        ),
        copies!(
            "insert into conference (id, case_id, hospital_id, sequence, starts_at, ends_at, mode, place, video_url, organiser_id,
               state, state_reason, called_at, changed_at)
             select cast(printf('%016d', i) as blob), case_id, hospital_id, sequence,
               strftime('%Y-%m-%dT%H:%M:%S+00:00', starts_at, days), strftime('%Y-%m-%dT%H:%M:%S+00:00', ends_at, days),
               mode, place, video_url, organiser_id, state, state_reason, called_at, changed_at
               from copy, conference where id = $1"
        ),
        copies!(
            "insert into invitation (id, conference_id, org_id, role, link_id, person_name, token_hash, added_at, added_by, revoked_reason)
             select cast(printf('%08d', i) || substr(hex(id), -8) as blob), cast(printf('%016d', i) as blob),
               cast(printf('%08d', i) || substr(hex(org_id), -8) as blob), role, link_id,
               person_name, i || token_hash, added_at, added_by, ''
               from copy, invitation where conference_id = $1"
        ),
    ] {
        let query = tx.query(sql).bind(original).bind(copies.first).bind(copies.last).bind(copies.by);
        query.bind(copies.spread).execute().await?;
    }
    let sql = copies!(
        "insert into notice (id, subject_id, kind, sequence, case_id, conference_id, invitation_id, link_id, org_id, channel, address,
           due_at, next_at, state, why, attempts, created_at)
         select cast(printf('%08d', i) || substr(hex(id), -8) as blob), cast(printf('%08d', i) || substr(hex(invitation_id), -8) as blob),
           kind, sequence, case_id, cast(printf('%016d', i) as blob), cast(printf('%08d', i) || substr(hex(invitation_id), -8) as blob),
           link_id, cast(printf('%08d', i) || substr(hex(org_id), -8) as blob), channel, address,
           strftime('%Y-%m-%dT%H:%M:%S+00:00', due_at, days), strftime('%Y-%m-%dT%H:%M:%S+00:00', due_at, days),
           case when kind = 'invite' or datetime(due_at, days) < datetime($6, '-1 day') then 'sent' else 'queued' end, '', 0, created_at
           from copy, notice where conference_id = $1 and state in ('queued', 'sent')"
    );
    let query = tx.query(sql).bind(original).bind(copies.first).bind(copies.last).bind(copies.by);
    query.bind(copies.spread).bind(now).execute().await?;
    Ok(tx.commit().await?)
}

/// One round of the jobs as of a moment: the messages that went out, the seconds that it took, the most memory in MB. All
/// that it says it sent has come, once.
async fn sweep(place: &Place, sink: &Sink, now: DateTime<Utc>) -> Result<((u32, f64, f64), Vec<Letter>)> {
    let began = Instant::now();
    let mut command = okaeri(place, free_port()?, sink.address);
    let mut child = command.args(["sweep", "--at", &now.to_rfc3339()]).stdout(Stdio::piped()).spawn()?;
    let mut memory = 0.0_f64;
    while child.try_wait()?.is_none() {
        memory = memory.max(resident(child.id(), "VmHWM:").unwrap_or_default());
        pause(Duration::from_millis(20)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    let mut said = String::new();
    child.stdout.take().ok_or("the sweep said nothing")?.read_to_string(&mut said)?;
    let said: serde_json::Value = serde_json::from_str(&said)?;
    let letters = sink.letters().await?;
    let different = letters.iter().map(|letter| letter.header("Message-ID")).collect::<HashSet<_>>().len();
    let messages = letters.len();
    if said["sent"] != messages || messages != different {
        return Err(format!("{said}, but {messages} messages came, {different} of them different").into());
    }
    Ok(((u32::try_from(messages)?, seconds, memory), letters))
}

//! A closed load: so many connections, each with one request under way, for so long.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::task::JoinSet;

use crate::http::Conn;
use crate::{Result, pause};

/// What one connection sends next.
pub type Ask = Box<dyn FnMut() -> Arc<[u8]> + Send>;

/// What came of a load.
#[derive(Clone, Copy)]
pub struct Flow {
    pub per_second: f64,
    pub p99: Duration,
}

/// Each connection asks for so long, with a pause of `rest` after each answer; every answer must be as `good` says.
pub async fn drive(
    address: SocketAddr,
    time: Duration,
    rest: Duration,
    askers: Vec<Ask>,
    good: fn(&Conn, u16) -> bool,
) -> Result<Flow> {
    let mut work = JoinSet::new();
    let began = Instant::now();
    for mut ask in askers {
        work.spawn(async move {
            let mut took = Vec::new();
            let mut conn = Conn::open(address).await?;
            while began.elapsed() < time {
                let request = ask();
                let sent = Instant::now();
                let status = conn.send(&request).await?;
                took.push(sent.elapsed());
                if !good(&conn, status) {
                    return Err(format!("{status} {}", conn.body_text()).into());
                }
                if !rest.is_zero() {
                    pause(rest).await;
                }
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(took)
        });
    }
    let mut took = Vec::new();
    while let Some(done) = work.join_next().await {
        took.extend(done??);
    }
    let seconds = began.elapsed().as_secs_f64();
    took.sort_unstable();
    let p99 = took.get(took.len() * 99 / 100).copied().unwrap_or_default();
    let count = u32::try_from(took.len())?;
    Ok(Flow { per_second: f64::from(count) / seconds, p99 })
}

/// The same request, on so many connections.
pub fn same(request: &[u8], connections: usize) -> Vec<Ask> {
    let request: Arc<[u8]> = request.into();
    let ask = || {
        let request = Arc::clone(&request);
        Box::new(move || Arc::clone(&request)) as Ask
    };
    std::iter::repeat_with(ask).take(connections).collect()
}

/// The one in the middle.
pub fn median(mut values: Vec<f64>) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}

//! `okaeri sweep`: one round of the jobs, and what came of it as one line of JSON.

use tokio::sync::watch;

use super::serve::stopped;
use crate::app::App;
use crate::clock::Clock;
use crate::config::Sweep;
use crate::error::{Error, Result};
use crate::jobs::sweep;

pub(super) async fn sweep(settings: Sweep) -> Result<()> {
    let allowed = std::env::var("OKAERI_ALLOW_TIME_TRAVEL").is_ok_and(|value| value == "1");
    let clock = clock(settings.at.as_deref(), allowed)?;
    let app = App { clock, ..super::app(&settings.database, &settings.mail).await? };
    let (stop, stopping) = watch::channel(false);
    tokio::spawn(async move {
        stopped().await;
        stop.send_replace(true);
    });
    let round = sweep::run_until(&app, &stopping).await?;
    app.close().await;
    super::say(&serde_json::to_string(&round).map_err(Error::internal)?)
}

/// The system's clock, or one that stands at `--at`: it could send tomorrow's mail today, so somebody must have allowed it.
fn clock(at: Option<&str>, allowed: bool) -> Result<Clock> {
    let Some(text) = at else { return Ok(Clock::System) };
    if !allowed {
        return Err(Error::internal("--at: refused unless OKAERI_ALLOW_TIME_TRAVEL=1"));
    }
    let moment = chrono::DateTime::parse_from_rfc3339(text)
        .map_err(|error| Error::internal(format!("--at: {error}; such as 2026-11-24T08:30:00+09:00")))?;
    Ok(Clock::at(moment.to_utc()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_travels_in_time_without_leave() {
        for (at, allowed, now) in [
            (Some("2026-11-24T08:30:00+09:00"), true, Ok("2026-11-23 23:30:00 UTC")),
            (Some("2026-11-24T08:30:00+09:00"), false, Err("OKAERI_ALLOW_TIME_TRAVEL")),
            (Some("tomorrow"), true, Err("--at:")),
        ] {
            match (clock(at, allowed), now) {
                (Ok(clock), Ok(now)) => assert_eq!(clock.now().to_string(), now),
                (Err(error), Err(part)) => assert!(error.to_string().contains(part), "{error}"),
                (found, _) => panic!("{at:?}: {found:?}"),
            }
        }
        assert!(matches!(clock(None, false), Ok(Clock::System)));
    }
}

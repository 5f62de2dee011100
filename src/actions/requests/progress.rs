//! What happens to requests by itself: who doesn't answer in time counts as silent, and the next on the rota is asked.

use super::{put, tell};
use crate::app::{App, By};
use crate::domain::access::Via;
use crate::domain::audit::Action;
use crate::domain::calendar::day_of;
use crate::domain::notice::NoticeKind;
use crate::domain::request::{Asked, Deed, RequestState, line, next};
use crate::error::Result;
use crate::id::BedRequestId;
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::db::Tx;
use crate::store::programmes;
use crate::store::requests::asks::{self, Whom};
use crate::store::requests::{self, Request, notices};

/// Moves every open request on whose time has come; how many. Any number of servers may do it at once, and one that can't be read
/// holds no other.
///
/// # Errors
/// The database doesn't answer.
pub async fn progress(app: &App) -> Result<u64> {
    let mut moved = 0;
    let stuck = requests::stuck(&mut app.look().await?, app.clock.now()).await?;
    for id in stuck {
        match act(app, id).await {
            Ok(has_moved) => moved += u64::from(has_moved),
            Err(error) => tracing::error!(request = %id, %error, "a request can't be moved on"),
        }
    }
    Ok(moved)
}

/// What is to be done about a request now.
async fn deeds(tx: &mut Tx, app: &App, request: &Request) -> Result<Vec<Deed>> {
    let now = app.clock.now();
    let asked: Vec<Asked> = asks::of(tx, request.id).await?.iter().map(asks::Ask::asked).collect();
    let in_turn = request.in_turn;
    let line = match request.programme_id.filter(|_| in_turn) {
        Some(programme) => {
            let (duties, mut members) = programmes::in_line(tx, programme, day_of(now)).await?;
            let askable = requests::askable(tx, request.id).await?;
            members.retain(|org| askable.contains(org));
            line(&duties, &members, now)
        }
        None => Vec::new(),
    };
    Ok(next(&asked, in_turn, &line, now))
}

async fn act(app: &App, id: BedRequestId) -> Result<bool> {
    let mut tx: Change = app.change_by(By::program(Via::Job)).await?;
    requests::take(&mut tx, id).await?;
    let request = requests::any(&mut tx, id).await?;
    // Another server may have been faster, or a person.
    let deeds = deeds(&mut tx, app, &request).await?;
    if request.state != RequestState::Open || deeds.is_empty() {
        return Ok(false);
    }
    let (now, minutes) = (tx.now, request.minutes.unsigned_abs());
    let mut said = Vec::new();
    for deed in deeds {
        match deed {
            Deed::Silence(ask) => {
                if asks::silence(&mut tx, ask).await? {
                    notices::drop_asked(&mut tx, ask).await?;
                    tell(&mut tx, NoticeKind::BedSilent, request.org_id, (id, Some(ask)), 0, now).await?;
                    said.push(format!("silent={ask}"));
                }
            }
            Deed::Ask(org) => {
                put(&mut tx, id, &Whom::Org(org), minutes, true).await?;
                said.push(format!("next={org}"));
            }
            Deed::Stop => {
                requests::end_line(&mut tx, id).await?;
                said.push("last".into());
            }
        }
    }
    tx.commit(Entry::of(Action::BedSilent, id).detail(said.join(" "))).await?;
    Ok(true)
}

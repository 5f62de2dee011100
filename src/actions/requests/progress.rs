//! What happens to requests by itself: who doesn't answer in time counts as silent, and the next on the rota is asked.

use super::tell::{put, tell};
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
use crate::store::programmes;
use crate::store::requests::asks::{self, Ask, Whom};
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

/// The questions of a request, and what is to be done about it now.
async fn deeds(tx: &mut Change, request: &Request) -> Result<(Vec<Ask>, Vec<Deed>)> {
    let now = tx.now;
    let all = asks::of(tx, request.id).await?;
    let asked: Vec<Asked> = all.iter().map(Ask::asked).collect();
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
    let deeds = next(&asked, in_turn, &line, now);
    Ok((all, deeds))
}

async fn act(app: &App, id: BedRequestId) -> Result<bool> {
    let mut tx: Change = app.change_by(By::program(Via::Job)).await?;
    requests::take(&mut tx, id).await?;
    let request = requests::any(&mut tx, id).await?;
    // Another server may have been faster, or a person.
    let (all, deeds) = deeds(&mut tx, &request).await?;
    if request.state != RequestState::Open || deeds.is_empty() {
        return Ok(false);
    }
    let (now, minutes) = (tx.now, request.minutes.unsigned_abs());
    let mut said = Vec::new();
    for deed in deeds {
        match deed {
            Deed::Silence(ask) => {
                let round = all.iter().find(|one| one.id == ask).map_or(0, |one| one.round);
                if asks::silence(&mut tx, ask).await? {
                    notices::drop_asked(&mut tx, ask).await?;
                    tell(app, &mut tx, NoticeKind::BedSilent, request.org_id, (id, Some(ask)), round, now).await?;
                    said.push(format!("silent={ask}"));
                }
            }
            Deed::Ask(org) => {
                put(app, &mut tx, id, &Whom::Org(org), minutes, true).await?;
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

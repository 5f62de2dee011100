//! The short codes of paper slips, and the brake on guessing at them: in the database, so that it holds on every server.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};

use crate::domain::notice::day_number;
use crate::domain::registration::due_on;
use crate::error::{Error, Result};
use crate::id::{AskId, InvitationId, RegistrationId};
use crate::secret;
use crate::store::change::Writer;
use crate::store::db::Tx;

/// So often a new code is drawn where somebody else has it: with 10¹² codes, the first one is free.
const DRAWS: usize = 4;

/// A short code that nothing on paper bears.
///
/// # Errors
/// The system has no randomness; the database refuses.
pub async fn fresh(tx: &mut Writer) -> Result<String> {
    for _ in 0..DRAWS {
        let code = secret::short_code()?;
        let sql = "select exists (select 1 from invitation where short_code = $1)
                     or exists (select 1 from bed_request_ask where short_code = $1)
                     or exists (select 1 from backup_registration where short_code = $1)";
        let (is_taken,): (bool,) = tx.query(sql).bind(&code).one().await?;
        if !is_taken {
            return Ok(code);
        }
    }
    Err(Error::internal("no short code is free"))
}

/// Makes sure that what asks for an answer on paper has its code: an invitation, or the exchange about a registration that is due on
/// a day ([`day_number`]).
///
/// # Errors
/// The system has no randomness; the database refuses.
pub async fn ensure_for(
    tx: &mut Writer,
    invitation: Option<InvitationId>,
    exchange: Option<(RegistrationId, i32)>,
) -> Result<()> {
    if let Some(invitation) = invitation {
        let code = fresh(tx).await?;
        let sql = "update invitation set short_code = $2 where id = $1 and short_code is null";
        tx.query(sql).bind(invitation).bind(&code).execute().await?;
    }
    if let Some((registration, day)) = exchange {
        let code = fresh(tx).await?;
        let sql = "update backup_registration set short_code = $2, short_code_day = $3
                    where id = $1 and (short_code_day is null or short_code_day <> $3)";
        tx.query(sql).bind(registration).bind(&code).bind(day).execute().await?;
    }
    Ok(())
}

/// The invitation with this code. One that was taken back is nobody's, and so is one whose meeting is over.
///
/// # Errors
/// The database refuses.
pub async fn find(tx: &mut Tx, code: &str, now: DateTime<Utc>) -> Result<Option<InvitationId>> {
    let sql = "select i.id from invitation i join conference c on c.id = i.conference_id
                where i.short_code = $1 and i.revoked_at is null and c.ends_at > $2";
    let row: Option<(InvitationId,)> = tx.query(sql).bind(code).bind(now).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// The question to a hospital with this code, as long as its request is open and it wasn't taken back.
///
/// # Errors
/// The database refuses.
pub async fn find_ask(tx: &mut Tx, code: &str) -> Result<Option<AskId>> {
    let sql = "select k.id from bed_request_ask k join bed_request r on r.id = k.request_id
                where k.short_code = $1 and k.org_id is not null and k.state <> 'withdrawn' and r.state = 'open'";
    let row: Option<(AskId,)> = tx.query(sql).bind(code).optional().await?;
    Ok(row.map(|(id,)| id))
}

/// The registration with this code, and the day for which it is; none where those answers are here, or the registration has ended.
///
/// # Errors
/// The database refuses.
pub async fn find_exchange(tx: &mut Tx, code: &str) -> Result<Option<(RegistrationId, i32)>> {
    let sql = "select id, short_code_day, registered_on, exchanged_on from backup_registration
                where short_code = $1 and ended_on is null";
    let row: Option<(RegistrationId, i32, NaiveDate, Option<NaiveDate>)> = tx.query(sql).bind(code).optional().await?;
    let Some((id, day, registered_on, exchanged_on)) = row else { return Ok(None) };
    Ok((day_number(due_on(registered_on, exchanged_on)) == day).then_some((id, day)))
}

/// What somebody has guessed lately. `client` is a digest of an address, or nothing for all addresses together.
#[derive(Clone, Copy, Debug, sqlx::FromRow)]
pub struct Brake {
    /// Wrong codes since they were last forgotten.
    pub failures: i32,
    /// Until when nothing is heard.
    pub locked_until: Option<DateTime<Utc>>,
}

/// The brake of a client, held until this transaction ends: tries at the same moment come one after another. Failures are
/// forgotten when the last one is `forget` ago.
///
/// # Errors
/// The database refuses.
pub async fn brake(tx: &mut Writer, client: &str, forget: TimeDelta) -> Result<Brake> {
    let now = tx.now;
    let sql = "insert into code_brake (client, failures, failed_at) values ($1, 0, $2)
               on conflict (client) do update set
                 failures = case when code_brake.failed_at < $3 then 0 else code_brake.failures end,
                 locked_until = case when code_brake.failed_at < $3 then null else code_brake.locked_until end
               returning failures, locked_until";
    tx.query(sql).bind(client).bind(now).bind(now - forget).one().await
}

/// Counts a wrong code of a client, which waits until `locked_until`.
///
/// # Errors
/// The database refuses.
pub async fn fail(tx: &mut Writer, client: &str, locked_until: Option<DateTime<Utc>>) -> Result<()> {
    let now = tx.now;
    let sql = "update code_brake set failures = failures + 1, failed_at = $2, locked_until = $3 where client = $1";
    tx.query(sql).bind(client).bind(now).bind(locked_until).execute().await?;
    Ok(())
}

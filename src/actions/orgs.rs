//! Organisations: entered by hand, imported, changed.

use std::fmt::Display;

use crate::app::{App, By};
use crate::domain::audit::Action;
use crate::domain::open_data::{Reading, Record};
use crate::error::Result;
use crate::id::{LineId, OrgId};
use crate::store::audit::Entry;
use crate::store::change::Change;
use crate::store::orgs::{self, NewOrg};

/// Registers an organisation within a change that its caller has the right to.
///
/// # Errors
/// The database refuses.
pub async fn register(mut tx: Change, id: OrgId, new: &NewOrg) -> Result<OrgId> {
    orgs::add(&mut tx, id, new).await?;
    tx.commit(Entry::of(Action::OrgChanged, id).detail(new.kind.code())).await?;
    Ok(id)
}

/// What an import did.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Tally {
    /// Organisations that weren't there.
    pub new: usize,
    /// Organisations of which the file said something new.
    pub changed: usize,
    /// Organisations of which everything was known.
    pub unchanged: usize,
}

impl Tally {
    /// All organisations of the file.
    #[must_use]
    pub const fn total(self) -> usize {
        self.new + self.changed + self.unchanged
    }
}

/// Takes a file of open data into the directory, all of it or nothing, for the administrator at the command line. What the
/// file doesn't list stays: others may still need its address. `file` names it in the audit log, `progress` hears how many
/// organisations are done.
///
/// # Errors
/// The database refuses.
pub async fn import(
    app: &App,
    by: By,
    file: impl Display + Send,
    reading: &Reading,
    mut progress: impl FnMut(usize) + Send,
) -> Result<Tally> {
    let mut tx = app.change_by(by).await?;
    let mut tally = Tally::default();
    for records in reading.rows.chunks(orgs::CHUNK) {
        enter(&mut tx, records, &mut tally).await?;
        progress(tally.total());
    }
    let Tally { new, changed, unchanged } = tally;
    let bad = reading.bad.len();
    let detail = format!("{file} new={new} changed={changed} unchanged={unchanged} bad={bad}");
    tx.commit(Entry::of(Action::OrgsImported, LineId::fresh()).detail(detail)).await?;
    Ok(tally)
}

async fn enter(tx: &mut Change, records: &[Record], tally: &mut Tally) -> Result<()> {
    let keys: Vec<_> = records.iter().map(Record::match_key).collect();
    let mut known = orgs::known(tx, &keys).await?;
    for (key, record) in keys.iter().zip(records) {
        let before = known.remove(key);
        let after = match before.clone() {
            Some(before) => record.clone().over(before),
            None => Record { line: 0, ..record.clone() },
        };
        match &before {
            Some(before) if *before == after => {
                tally.unchanged += 1;
                continue;
            }
            Some(_) => tally.changed += 1,
            None => tally.new += 1,
        }
        orgs::enter(tx, key, &after).await?;
    }
    Ok(())
}

//! Organisations: entered by hand, imported, changed.

use std::fmt::Display;

use chrono::{DateTime, Utc};

use crate::app::{App, By};
use crate::domain::access::{Actor, Permission};
use crate::domain::audit::Action;
use crate::domain::fault::Fault;
use crate::domain::fax;
use crate::domain::open_data::{Reading, Record, Source};
use crate::domain::org::{CareManagerHours, Contact, Designation};
use crate::error::{Error, Result};
use crate::id::{LineId, OrgId};
use crate::store::audit::Entry;
use crate::store::beds;
use crate::store::change::Change;
use crate::store::fax::book;
use crate::store::notices;
use crate::store::orgs::{self, Naming, NewOrg, Org};

/// Registers an organisation within a change that its caller has the right to.
///
/// # Errors
/// The database refuses.
pub async fn register(mut tx: Change, id: OrgId, new: &NewOrg) -> Result<OrgId> {
    orgs::add(&mut tx, id, new).await?;
    tx.commit(Entry::of(Action::OrgAdded, id).detail(new.kind.code())).await?;
    Ok(id)
}

/// Registers an organisation that no open data list.
///
/// # Errors
/// Not allowed; the database refuses.
pub async fn add(app: &App, actor: &Actor, id: OrgId, new: &NewOrg) -> Result<OrgId> {
    actor.scope(Permission::ManageDirectory)?;
    register(app.change(actor).await?, id, new).await
}

/// What somebody enters for an organisation.
#[derive(Clone, Debug)]
pub struct OrgChange {
    /// How and when it is reached.
    pub contact: Contact,
    /// Name and place; counts only for those that were entered by hand.
    pub naming: Naming,
    /// ケアマネタイム.
    pub care_manager_hours: CareManagerHours,
    /// What it is designated as.
    pub designations: Vec<Designation>,
    /// Whether it takes part in the network; counts only from those who manage the directory.
    pub member: bool,
    /// The state that the form showed ([`Org::changed_at`]).
    pub seen: DateTime<Utc>,
}

/// Changes what the directory says of the own organisation, or of any for those who manage the directory.
///
/// # Errors
/// Faults of the contact data; [`Fault::ChangedMeanwhile`]; not theirs; the database refuses.
pub async fn change(app: &App, actor: &Actor, id: OrgId, change: &OrgChange) -> Result<()> {
    let steward = actor.steward(id)?;
    change.contact.check()?;
    let mut tx = app.change(actor).await?;
    let before = orgs::find(&mut tx, id).await?;
    let member = if actor.may(Permission::ManageDirectory) { change.member } else { before.network_member };
    if !orgs::set_contact(&mut tx, steward, &change.contact, member, change.seen).await? {
        return Err(Error::refused("", Fault::ChangedMeanwhile));
    }
    // Whoever types a number vouches for it first; it takes a second person, and a test, before a sheet goes there.
    let (old, new) = (before.fax.as_deref().unwrap_or_default(), change.contact.fax.as_str());
    if fax::digits(old) != fax::digits(new) {
        book::end(&mut tx, id).await?;
        if !new.is_empty() {
            book::enter(&mut tx, id, new).await?;
        }
    } else if old != new {
        book::rewrite(&mut tx, id, old, new).await?;
    }
    let channel = change.contact.reach();
    if channel != before.contact()?.reach() || before.mail_lost_at.is_some() {
        notices::reroute(&mut tx, id, channel).await?;
    }
    if before.source == Source::Manual {
        orgs::set_naming(&mut tx, steward, &change.naming).await?;
    }
    orgs::set_care_manager_hours(&mut tx, steward, &change.care_manager_hours).await?;
    orgs::set_designations(&mut tx, steward, &change.designations).await?;
    beds::raise_board(&mut tx).await?;
    let detail = touched(&before, change)?.join(" ");
    tx.commit(Entry::of(Action::OrgChanged, id).detail(detail)).await
}

/// The names of what has changed, for the audit line.
fn touched(before: &Org, change: &OrgChange) -> Result<Vec<&'static str>> {
    let (old, new) = (before.contact()?, &change.contact);
    let fields = [
        ("phone", old.phone != new.phone),
        ("fax", old.fax != new.fax),
        ("mail", old.mail != new.mail),
        ("url", old.url != new.url),
        ("preferred_channel", old.preferred_channel != new.preferred_channel),
        ("calendar", old.calendar != new.calendar || old.hours_note != new.hours_note),
        ("naming", before.source == Source::Manual && before.naming() != change.naming),
    ];
    Ok(fields.into_iter().filter(|(_, differs)| *differs).map(|(name, _)| name).collect())
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

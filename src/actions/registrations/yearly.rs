//! The yearly numbers: who of those who came in was registered is told by the registration from which a request was made, by name
//! and day of birth in the hospital's own case, or by the name that the clinic gave with its request.

use std::collections::HashSet;

use chrono::{NaiveDate, NaiveTime, TimeDelta};

use crate::app::App;
use crate::domain::access::{Actor, Permission};
use crate::domain::calendar::{at, day_of};
use crate::domain::name::search_key;
use crate::domain::registration::patient_key;
use crate::domain::registration::yearly::{Event, Numbers, Period, Registered, Whom, count};
use crate::error::Result;
use crate::id::OrgId;
use crate::store::registrations::yearly::{self, Asked, Listed};

/// A case and a request within so many days are one admission.
const SAME_STAY: TimeDelta = TimeDelta::days(2);

/// The numbers of the own hospital, and the beds of its wards.
///
/// # Errors
/// Not allowed; the database refuses.
pub async fn yearly(app: &App, actor: &Actor, period: Period) -> Result<(Numbers, i64)> {
    let scope = actor.scope(Permission::ManageCases)?;
    let (from, to) = (at(period.from, NaiveTime::MIN), at(period.to + TimeDelta::days(1), NaiveTime::MIN));
    let mut tx = app.look().await?;
    let known = Known::of(yearly::all(&mut tx, scope).await?)?;
    let mut admitted: Vec<_> =
        yearly::admitted(&mut tx, scope, from, to).await?.iter().map(|it| known.event(it)).collect();
    let declined: Vec<_> = yearly::declined(&mut tx, scope, from, to).await?.iter().map(|it| known.event(it)).collect();
    for (kana, born_on, came_at) in yearly::cases(&mut tx, scope, from, to).await? {
        admitted.extend(known.case(&kana, born_on, day_of(came_at)).filter(|event| !is_among(&admitted, event)));
    }
    let beds = yearly::beds(&mut tx, scope).await?;
    Ok((count(period, &known.registered(), &admitted, &declined), beds))
}

/// Whether the same patient is among them at about the same time.
fn is_among(events: &[Event], event: &Event) -> bool {
    events.iter().any(|other| other.patient == event.patient && (other.on - event.on).abs() <= SAME_STAY)
}

/// The registrations, with what their patients are recognised by.
struct Known {
    all: Vec<(Listed, String)>,
    clinics: HashSet<OrgId>,
}

impl Known {
    fn of(all: Vec<Listed>) -> Result<Self> {
        let clinics = all.iter().map(|one| one.org_id).collect();
        let named = |one: Listed| one.sheet().map(|sheet| (one, search_key(&sheet.patient_name)));
        Ok(Self { all: all.into_iter().map(named).collect::<Result<_>>()?, clinics })
    }

    fn registered(&self) -> Vec<Registered> {
        let of = |one: &Listed| Registered {
            clinic: one.org_id,
            from: one.registered_on,
            ended: one.ended_on.zip(one.end_reason),
        };
        self.all.iter().map(|(one, _)| of(one)).collect()
    }

    /// Who came, or couldn't, by a request.
    fn event(&self, asked: &Asked) -> Event {
        let (on, name) = (day_of(asked.at), search_key(&asked.patient_name));
        let own = |fits: &dyn Fn(&Listed, &str) -> bool| {
            self.all.iter().find(|(one, known)| stood(one, on) && fits(one, known)).map(|(one, _)| one)
        };
        let key = asked.case_kana.as_deref().zip(asked.case_born_on);
        let key = key.map(|(kana, born_on)| patient_key(kana, born_on, 0));
        let known = own(&|one, _| asked.registration_id == Some(one.id))
            .or_else(|| own(&|one, _| key.as_ref() == Some(&one.patient_key)))
            .or_else(|| own(&|one, known| one.org_id == asked.org_id && !name.is_empty() && known == name));
        if let Some(one) = known {
            return Event { on, whom: Whom::Registered, patient: one.patient_key.clone() };
        }
        let whom = if self.clinics.contains(&asked.org_id) { Whom::OfPartner } else { Whom::Other };
        // Nobody can tell whether two who weren't named are one.
        let patient = if name.is_empty() { asked.code.clone() } else { format!("{} {name}", asked.org_id) };
        Event { on, whom, patient }
    }

    /// Who came by no request, and is registered.
    fn case(&self, kana: &str, born_on: NaiveDate, on: NaiveDate) -> Option<Event> {
        let key = patient_key(kana, born_on, 0);
        let (one, _) = self.all.iter().find(|(one, _)| one.patient_key == key && stood(one, on))?;
        Some(Event { on, whom: Whom::Registered, patient: one.patient_key.clone() })
    }
}

/// Whether a registration stood on a day, the last one included: who dies in the hospital came in registered.
fn stood(one: &Listed, on: NaiveDate) -> bool {
    one.registered_on <= on && one.ended_on.is_none_or(|end| end >= on)
}

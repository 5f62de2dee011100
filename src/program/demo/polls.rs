//! Dates that are sought in the demo: slots as the program itself proposes them, and how the invited vote.

use chrono::TimeDelta;

use super::seeds::SeedPoll;
use crate::actions::conferences::{self, NewPoll, Slots};
use crate::app::App;
use crate::domain::access::{Actor, Guest, Permission};
use crate::domain::calendar::{OrgCalendar, at, day_of};
use crate::domain::case::PartyRole;
use crate::domain::conference::AnswerSource;
use crate::domain::poll::{Ballot, CLOSES, Seen, Vote, propose};
use crate::error::{Error, Result};
use crate::id::{CaseId, ConferenceId};
use crate::store::{cases, region};

/// Asks the prior team for a date; it closes on the last working day before the first slot.
pub(super) async fn start(app: &App, nurse: &Actor, case: CaseId, seed: &SeedPoll) -> Result<ConferenceId> {
    let mut tx = app.look().await?;
    let team = cases::team(&mut tx, case).await?;
    let until = cases::find(&mut tx, nurse.scope(Permission::ManageCases)?, case).await?.expected_discharge_on;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let length = TimeDelta::minutes(30);
    let members = conferences::members(app, nurse, case, &team).await?;
    let starts = propose(&members, &holidays, app.clock.now(), length, until);
    let first = starts.first().map(|first| day_of(*first)).ok_or_else(|| Error::internal("seeds: no slot"))?;
    let eve = OrgCalendar::default().business_days_before(first, 1, &holidays).unwrap_or(first);
    let slots = Slots { starts: std::array::from_fn(|n| starts.get(n).copied()), length, closes_at: at(eve, CLOSES) };
    let new = NewPoll {
        mode: seed.mode,
        place: seed.place.clone(),
        video_url: String::new(),
        slots,
        required: vec![PartyRole::PriorDoctor],
    };
    conferences::start_poll(app, nurse, case, &new, &[], &[]).await
}

/// Who has voted by now: by the link, or by telephone.
pub(super) async fn vote(app: &App, nurse: &Actor, (case, id): (CaseId, ConferenceId), seed: &SeedPoll) -> Result<()> {
    let scope = nurse.scope(Permission::ManageCases)?;
    let all = conferences::held(&mut app.look().await?, scope, case).await?;
    let held = all.into_iter().find(|held| held.conference.id == id).ok_or(Error::NotFound)?;
    let poll = held.poll.as_ref().ok_or(Error::NotFound)?;
    for (role, said) in super::story::pairs(&seed.votes) {
        let Some(party) = held.parties.iter().find(|party| party.role.code() == role) else { continue };
        let (by_phone, signs) = said.strip_prefix("phone:").map_or((false, said), |signs| (true, signs));
        let votes = poll.slots.iter().zip(signs.chars()).map(|(slot, sign)| (slot.id, read(sign))).collect();
        let ballot = Ballot { votes, comment: String::new() };
        let invitation = party.invitation_id;
        if by_phone {
            let heard = (AnswerSource::Phone, "受付の方");
            let before = Seen { sequence: held.conference.sequence, ballot: None };
            conferences::vote_by_proxy(app, nurse, invitation, before, &ballot, heard).await?;
        } else {
            let guest = Guest { invitation, org: party.org_id };
            conferences::vote_as_guest(app, guest, held.conference.sequence, &ballot, AnswerSource::Link).await?;
        }
    }
    Ok(())
}

const fn read(sign: char) -> Vote {
    match sign {
        'o' => Vote::Yes,
        '-' => Vote::Maybe,
        _ => Vote::No,
    }
}

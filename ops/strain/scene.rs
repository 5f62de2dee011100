//! Who and what a load needs: hospitals whose reporters are signed in, and a conference whose invited parties are.
//! All of it is entered through the actions.

use chrono::{DateTime, Days, NaiveTime, TimeDelta, Utc};
use okaeri::actions::{beds, cases, conferences, staff, wards};
use okaeri::app::{App, By};
use okaeri::domain::access::{Actor, Via};
use okaeri::domain::bed::hours::TakesIn;
use okaeri::domain::bed::{Acceptance, Counts, EntryKind, SexLimit, WardKind};
use okaeri::domain::calendar::{Hours, OrgCalendar, day_of};
use okaeri::domain::case::{CareLevel, LinkSource, Member, PartyRole, PatientSex, Place, Standing};
use okaeri::domain::conference::{Meeting, Mode};
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::{Licence, StaffRole};
use okaeri::domain::sign_in::Step;
use okaeri::id::{ConferenceId, InvitationId, OrgId, WardId};
use okaeri::secret;
use okaeri::store::cases::NewCase;
use okaeri::store::orgs::NewOrg;
use okaeri::store::wards::WardSet;
use okaeri::store::{invitations, sessions};

use crate::Result;

/// The beds of every ward.
const CAPACITY: i32 = 40;

/// Somebody who is signed in, by page and by program.
#[derive(Clone)]
pub struct Person {
    pub actor: Actor,
    pub session: String,
    pub token: String,
}

/// A hospital and its reporter.
pub struct Hospital {
    pub org: OrgId,
    pub wards: Vec<WardId>,
    pub reporter: Person,
}

/// An organisation that is invited, with two people who may answer for it.
pub struct Party {
    pub invitation: InvitationId,
    pub link: String,
    pub people: [Person; 2],
}

/// A conference and whom it invites.
pub struct Conference {
    pub id: ConferenceId,
    pub parties: Vec<Party>,
}

/// A hospital whose wards have all reported.
pub async fn hospital(app: &App, number: usize, wards: usize) -> Result<Hospital> {
    let name = format!("第{number}みなと病院");
    let reporter = newcomer(app, OrgKind::Hospital, &name, StaffRole::DischargeNurse).await?;
    let org = reporter.actor.org;
    let admin = Actor { roles: vec![StaffRole::OrgAdmin], ..reporter.actor.clone() };
    let mut ids = Vec::new();
    for position in 1..=wards {
        let set = WardSet {
            name: format!("{position}階病棟"),
            kind: WardKind::ALL[(number + position) % WardKind::ALL.len()],
            capacity: CAPACITY,
            sex_limit: SexLimit::Either,
            phone: None,
            position: i32::try_from(position)?,
            active: true,
        };
        ids.push(wards::set(app, &admin, None, &set).await?);
    }
    let said: Vec<_> = ids.iter().zip(0..).map(|(ward, nth)| (*ward, counts(nth % 7, "まずお電話ください"))).collect();
    beds::report(app, &reporter.actor, org, &said, EntryKind::Entered, app.clock.now()).await?;
    Ok(Hospital { org, wards: ids, reporter })
}

/// What a ward counts when it accepts so many.
pub fn counts(accepting: i32, note: &str) -> Counts {
    Counts {
        occupied: CAPACITY - accepting,
        reserved: 0,
        accepting,
        closed: 0,
        closed_reason: None,
        backup_accepting: 0,
        discharging_today: 1,
        expected_24h: 1,
        expected_72h: 2,
        acceptance: if accepting > 0 { Acceptance::Accepting } else { Acceptance::NotAccepting },
        accept_hours: TakesIn::default(),
        sex_limit: SexLimit::Either,
        note: note.to_owned(),
    }
}

/// A conference at `starts_at`, called by a hospital, to which the whole prior team of a patient is invited.
pub async fn conference(app: &App, hospital: &Hospital, starts_at: DateTime<Utc>) -> Result<Conference> {
    let mut team = Vec::new();
    let mut people = Vec::new();
    for (role, kind, name, work) in [
        (PartyRole::PriorDoctor, OrgKind::Clinic, "そらの診療所", StaffRole::HomeVisitDoctor),
        (PartyRole::PriorPharmacy, OrgKind::Pharmacy, "つきの薬局", StaffRole::Pharmacist),
        (PartyRole::PriorCareManager, OrgKind::CareManagementOffice, "ほしのケアプラン", StaffRole::CareManager),
        (PartyRole::PriorVisitingNurse, OrgKind::VisitingNurseStation, "はなの訪問看護", StaffRole::VisitingNurse),
    ] {
        let first = newcomer(app, kind, name, work).await?;
        people.push([first.clone(), person(app, first.actor.org, kind, name, work, None).await?]);
        team.push(Member {
            role,
            standing: Standing::Known,
            org: Some(first.actor.org),
            person: String::new(),
            source: Some(LinkSource::Referral),
            confirmed_by: String::new(),
        });
    }
    let nurse = &hospital.reporter.actor;
    let case = cases::open(
        app,
        nurse,
        &case(app, hospital.wards[0], team),
        cases::Opening { tell: true, is_another: true, request: None },
    )
    .await?;
    let meeting = Meeting {
        starts_at,
        ends_at: starts_at + TimeDelta::minutes(30),
        mode: Mode::InPerson,
        place: "3階面談室".to_owned(),
        video_url: String::new(),
    };
    let id = conferences::call(app, nurse, case, &meeting, &[], &[]).await?;
    let invited = invitations::receivers(&mut app.change(nurse).await?, id).await?;
    let mut parties = Vec::new();
    for people in people {
        let found = invited.iter().find(|party| party.org_id == people[0].actor.org).ok_or("nobody was invited")?;
        let invitation = found.invitation_id;
        parties.push(Party { invitation, link: app.secret.link(invitation), people });
    }
    Ok(Conference { id, parties })
}

fn case(app: &App, ward: WardId, team: Vec<Member>) -> NewCase {
    let now = app.clock.now();
    NewCase {
        ward,
        patient_name: "海野ハル".to_owned(),
        patient_kana: "ウミノ ハル".to_owned(),
        patient_born_on: day_of(now) - Days::new(30_000),
        patient_sex: PatientSex::Female,
        inpatient_id: "77-001".to_owned(),
        admitted_at: now - TimeDelta::days(4),
        planned_admission: false,
        admitted_from: Place::Home,
        expected_discharge_on: None,
        care_level: CareLevel::Care2,
        difficulties: Vec::new(),
        note: String::new(),
        team,
    }
}

/// An organisation, and the first who works there.
async fn newcomer(app: &App, kind: OrgKind, name: &str, role: StaffRole) -> Result<Person> {
    let org = OrgId::fresh();
    let new = NewOrg {
        municipality_name: Some("みさき市".to_owned()),
        phone: Some("000-1234-5678".to_owned()),
        mail: Some(format!("{}@okaeri.test", org.to_string().replace('-', ""))),
        calendar: always()?,
        ..NewOrg::by_hand(kind, name, name, org)
    };
    person(app, org, kind, name, role, Some(&new)).await
}

/// Open around the clock: a load may come on any day.
fn always() -> Result<OrgCalendar> {
    let day = Hours::new(NaiveTime::MIN, NaiveTime::from_hms_opt(23, 59, 0).unwrap_or_default())?;
    Ok(OrgCalendar { weekly: std::array::from_fn(|_| vec![day]), holidays_closed: false, ..OrgCalendar::default() })
}

async fn person(
    app: &App,
    org: OrgId,
    kind: OrgKind,
    org_name: &str,
    role: StaffRole,
    founded: Option<&NewOrg>,
) -> Result<Person> {
    let login = OrgId::fresh().to_string();
    let name = "見本 花子".to_owned();
    let new = staff::NewStaff {
        login,
        name: name.clone(),
        name_kana: "ミホン ハナコ".to_owned(),
        licence: Licence::OtherLicence,
        mail: None,
        org,
        roles: vec![role],
        password: secret::token()?,
        must_change_password: false,
    };
    let account = staff::add(app, By::program(Via::Cli), new, founded).await?;
    let token = staff::create_token(app.change_by(By::program(Via::Cli)).await?, account, org, "strain").await?;
    let (session, until) = (secret::token()?, app.clock.now() + TimeDelta::hours(12));
    let mut tx = app.bookkeep().await?;
    sessions::add(&mut tx, &secret::digest(&session), account, org, Step::Open, until).await?;
    tx.commit().await?;
    let (org_name, roles) = (org_name.to_owned(), vec![role]);
    let actor = Actor { account, name, org, org_name, org_kind: kind, roles, via: Via::Web, request: None };
    Ok(Person { actor, session, token })
}

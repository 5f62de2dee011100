//! What happened in the region in the last fortnight, told in the order in which it happened: the clock is moved from event
//! to event, and the sweep runs as it would have.

use std::collections::BTreeMap;

use chrono::{DateTime, Days, NaiveDate, NaiveTime, TimeDelta, Utc};

use super::mails;
use super::region::People;
use super::seeds::{self, SeedCase, SeedConference, SeedPoll};
use super::{minutes, polls, requests};
use crate::actions::beds::unchanged;
use crate::actions::{beds, cases, conferences};
use crate::app::App;
use crate::domain::access::{Actor, Guest, Permission};
use crate::domain::bed::hours::{AcceptHours, TakesIn};
use crate::domain::bed::{Acceptance, ClosedReason, Counts, EntryKind, SexLimit};
use crate::domain::calendar;
use crate::domain::case::{
    CaseStatus, ContactOutcome, DoctorChangeReason, LinkSource, Member, PartyRole, Place, Standing,
};
use crate::domain::conference::{AnswerKind, AnswerSource, Meeting, Mode, Reply, Seen};
use crate::domain::notice::day_number;
use crate::domain::org::Channel;
use crate::domain::person::Licence;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::{BedRequestId, CaseId, ConferenceId, OrgId, WardId};
use crate::jobs::sweep;
use crate::store::cases as stored_cases;
use crate::store::cases::NewCase;
use crate::store::contacts::{NewContact, NewDoctorChange};

/// What is told day by day began so many days ago.
pub(super) const FORTNIGHT: u64 = 14;

/// By which way a hospital reports: each has its own.
pub(super) fn way(hospital: &str) -> EntryKind {
    match hospital {
        "hinata" => EntryKind::File,
        "tsubaki" => EntryKind::Feed,
        "koharu" => EntryKind::NoChange,
        _ => EntryKind::Entered,
    }
}

/// Something that happens at a moment.
enum Event {
    Sweep,
    Beds(String, u64),
    Open(Box<SeedCase>),
    Call(Box<SeedConference>),
    Answer(Box<SeedConference>),
    Write(Box<SeedConference>),
    Move(Box<SeedConference>),
    Seek(Box<SeedPoll>),
    Vote(Box<SeedPoll>),
    Told(String),
    Changed(String),
    Close(String),
    Request(&'static str, requests::Step),
}

/// The region as it goes along.
struct Teller<'a> {
    app: &'a App,
    people: &'a People,
    today: NaiveDate,
    cases: BTreeMap<String, (CaseId, Actor)>,
    conferences: BTreeMap<String, ConferenceId>,
    requests: BTreeMap<&'static str, BedRequestId>,
}

pub(super) async fn tell(app: &App, people: &People, now: DateTime<Utc>) -> Result<()> {
    let today = calendar::day_of(now);
    let (cases, conferences, requests) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    let mut teller = Teller { app, people, today, cases, conferences, requests };
    let mut events = teller.events()?;
    events.extend(requests::events(now).into_iter().map(|(at, (key, step))| (at, Event::Request(key, step))));
    events.retain(|(at, _)| *at < now);
    events.sort_by_key(|(at, _)| *at);
    for (at, event) in events {
        app.clock.set(at);
        teller.happen(event).await?;
    }
    Ok(())
}

pub(super) fn ago(today: NaiveDate, days: u64) -> NaiveDate {
    today.checked_sub_days(Days::new(days)).unwrap_or(today)
}

fn ahead(today: NaiveDate, days: i64) -> NaiveDate {
    today + TimeDelta::days(days)
}

pub(super) fn at(day: NaiveDate, hour: u32, minute: u32) -> DateTime<Utc> {
    calendar::at(day, NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default())
}

/// Who reports when: most by half past nine, one late, one by FAX to the desk, one only now and then.
pub(super) fn who_reports(day: NaiveDate, days: u64) -> Vec<(DateTime<Utc>, &'static str)> {
    let event = |hour, minute, org| (at(day, hour, minute), org);
    let mut reports = vec![
        event(8, 42, "shiokaze"),
        event(9, 5, "hinata"),
        event(9, 20, "misaki"),
        event(9, 28, "hamayu"),
        event(9, 10, "yasuragi"),
    ];
    if !days.is_multiple_of(5) {
        reports.push(event(10, 50, "tsubaki"));
    }
    if days != 1 {
        reports.push(event(9, 33, "koharu"));
    }
    if days.is_multiple_of(3) && days > 0 {
        reports.push(event(11, 15, "asanagi"));
    }
    if days > 2 && days.is_multiple_of(2) {
        reports.push(event(9, 50, "nagisa"));
    }
    reports
}

impl Teller<'_> {
    fn events(&self) -> Result<Vec<(DateTime<Utc>, Event)>> {
        let mut events = Vec::new();
        for days in 0..=FORTNIGHT {
            let day = ago(self.today, days);
            events.extend([
                (at(day, 8, 31), Event::Sweep),
                (at(day, 10, 31), Event::Sweep),
                (at(day, 13, 1), Event::Sweep),
            ]);
            let reports = who_reports(day, days).into_iter();
            events.extend(reports.map(|(at, org)| (at, Event::Beds(org.into(), days))));
        }
        for case in seeds::cases()? {
            // Who comes in the evening is registered the next morning.
            let late = case.time.as_str() > "15";
            let opened = at(ago(self.today, case.admitted), 15, 10) + TimeDelta::hours(if late { 18 } else { 0 });
            if let Some(due) =
                case.due.filter(|_| matches!(case.status, CaseStatus::Discharged | CaseStatus::Cancelled))
            {
                events.push((at(ahead(self.today, due), 16, 20), Event::Close(case.key.clone())));
            }
            events.push((opened, Event::Open(Box::new(case))));
        }
        for conference in seeds::conferences()? {
            let called = at(ago(self.today, conference.called), 11, 5);
            events.push((called + TimeDelta::hours(26), Event::Answer(Box::new(conference.clone()))));
            if conference.moved_to.is_some() {
                events.push((called + TimeDelta::hours(4), Event::Move(Box::new(conference.clone()))));
            }
            // Written in the evening after it.
            let written = at(ahead(self.today, conference.day), 17, 30);
            events.push((written, Event::Write(Box::new(conference.clone()))));
            events.push((called, Event::Call(Box::new(conference))));
        }
        for poll in seeds::polls()? {
            let called = at(ago(self.today, poll.called), 11, 20);
            events.push((called + TimeDelta::hours(22), Event::Vote(Box::new(poll.clone()))));
            events.push((called, Event::Seek(Box::new(poll))));
        }
        events.push((at(ago(self.today, 2), 13, 20), Event::Told("masao".into())));
        events.push((at(ago(self.today, 1), 16, 40), Event::Changed("umeko".into())));
        Ok(events)
    }

    async fn happen(&mut self, event: Event) -> Result<()> {
        match event {
            Event::Sweep => sweep::run(self.app).await.map(drop),
            Event::Beds(org, days) => self.report(&org, days).await,
            Event::Open(case) => self.open(&case).await,
            Event::Call(conference) => self.call(&conference).await,
            Event::Answer(conference) => self.answer(&conference).await,
            Event::Write(conference) => self.write(&conference).await,
            Event::Move(conference) => self.move_it(&conference).await,
            Event::Seek(poll) => self.seek(&poll).await,
            Event::Vote(poll) => {
                let ((case, nurse), id) = (self.case(&poll.case)?, self.conferences[&poll.case]);
                polls::vote(self.app, nurse, (*case, id), &poll).await
            }
            Event::Told(case) => self.telephone(&case).await,
            Event::Changed(case) => self.change_doctor(&case).await,
            Event::Close(case) => self.close(&case).await,
            Event::Request(key, step) => {
                let known = self.requests.get(key).copied();
                if let Some(id) = requests::happen(self.app, self.people, (key, step), known).await? {
                    self.requests.insert(key, id);
                }
                Ok(())
            }
        }
    }

    async fn report(&self, key: &str, days: u64) -> Result<()> {
        let org = self.people.org(key)?;
        let desk = self.people.actor("desk")?;
        if key == "nagisa" && self.press(org).await? {
            return Ok(());
        }
        let (reporter, kind) = match self.people.actor(&format!("beds-{key}")) {
            Ok(reporter) => (reporter.clone(), way(key)),
            Err(_) if key == "shiokaze" => (self.people.actor("beds")?.clone(), EntryKind::Entered),
            Err(_) => (desk.clone(), EntryKind::Proxy),
        };
        let prefix = format!("{org} ");
        let wards = self.people.wards.iter().enumerate().filter(|(_, (name, ..))| name.starts_with(&prefix));
        let said: Vec<(WardId, Counts)> =
            wards.map(|(place, (_, ward, capacity, _))| (*ward, counts(place as u64, days, *capacity))).collect();
        let now = self.app.clock.now();
        beds::report(self.app, &reporter, org, &said, kind, now - TimeDelta::minutes(5)).await.map(drop)
    }

    /// 「変更なし」 by the link in the mail; false where there is nothing to repeat.
    async fn press(&self, org: OrgId) -> Result<bool> {
        let today = day_number(calendar::day_of(self.app.clock.now()));
        let link = self.app.secret.unchanged_link(org, today);
        let Some(opened) = unchanged::open(self.app, &link).await? else { return Ok(false) };
        let seen: Vec<_> = opened.wards.iter().filter_map(unchanged::Ward::seen).collect();
        let seen: Vec<_> = seen.iter().map(String::as_str).collect();
        Ok(unchanged::press(self.app, &link, &seen).await? > 0)
    }

    async fn open(&mut self, seed: &SeedCase) -> Result<()> {
        let nurse = self.people.actor(&seed.by)?.clone();
        let admitted_on = ago(self.today, seed.admitted);
        let time = NaiveTime::parse_from_str(&seed.time, "%H:%M").map_err(Error::internal)?;
        let new = NewCase {
            ward: self.people.ward(&nurse, &seed.ward)?,
            patient_name: seed.name.clone(),
            patient_kana: seed.kana.clone(),
            patient_born_on: wareki::parse_date(&seed.born).map_err(|_| Error::internal("seeds: born"))?,
            patient_sex: seed.sex,
            inpatient_id: seed.chart.clone(),
            admitted_at: calendar::at(admitted_on, time),
            planned_admission: seed.planned == "yes",
            admitted_from: seed.from,
            expected_discharge_on: seed.due.map(|days| ahead(self.today, days)),
            care_level: seed.care,
            difficulties: seed.difficulties.split('|').filter_map(|code| code.parse().ok()).collect(),
            note: String::new(),
            team: self.team(seed)?,
        };
        let id =
            cases::open(self.app, &nurse, &new, cases::Opening { tell: true, ..cases::Opening::default() }).await?;
        if !matches!(seed.status, CaseStatus::Gathering | CaseStatus::Discharged | CaseStatus::Cancelled) {
            let course = cases::Course {
                expected_discharge_on: new.expected_discharge_on,
                ready_on: new.expected_discharge_on.map(|day| ago(day, 2)),
                destination: (seed.status == CaseStatus::DestinationDecided).then_some(Place::Home),
                care_level: new.care_level,
                status: seed.status,
                note: String::new(),
            };
            let scope = nurse.scope(Permission::ManageCases)?;
            let opened = stored_cases::find(&mut self.app.look().await?, scope, id).await?;
            cases::set_course(self.app, &nurse, id, &cases::Course::of(&opened).mark(), course).await?;
        }
        self.cases.insert(seed.key.clone(), (id, nurse));
        Ok(())
    }

    fn team(&self, seed: &SeedCase) -> Result<Vec<Member>> {
        let parts = [
            (PartyRole::PriorDoctor, &seed.doctor, &seed.doctor_person, LinkSource::Referral),
            (PartyRole::PriorPharmacy, &seed.pharmacy, &String::new(), LinkSource::MedicationNotebook),
            (PartyRole::PriorCareManager, &seed.care_office, &seed.care_person, LinkSource::InsuranceCard),
            (PartyRole::PriorVisitingNurse, &seed.nurse_station, &String::new(), LinkSource::CareManager),
            (PartyRole::PriorDentist, &seed.dentist, &String::new(), LinkSource::Patient),
        ];
        let mut team = Vec::new();
        for (role, key, person, source) in parts.into_iter().filter(|part| !part.1.is_empty()) {
            let (standing, org, source, confirmed_by) = match key.as_str() {
                "?" => (Standing::Unknown, None, None, "本人は覚えていない".to_owned()),
                "-" => (Standing::None, None, None, "本人".to_owned()),
                key => (Standing::Known, Some(self.people.org(key)?), Some(source), String::new()),
            };
            team.push(Member { role, standing, org, person: person.clone(), source, confirmed_by });
        }
        Ok(team)
    }

    fn case(&self, key: &str) -> Result<&(CaseId, Actor)> {
        self.cases.get(key).ok_or_else(|| Error::internal(format!("seeds: no case {key}")))
    }

    fn meeting(&self, seed: &SeedConference, day: i64) -> Result<Meeting> {
        let time = NaiveTime::parse_from_str(&seed.time, "%H:%M").map_err(Error::internal)?;
        let starts_at = calendar::at(ahead(self.today, day), time);
        let video = seed.mode == Mode::Video;
        Ok(Meeting {
            starts_at,
            ends_at: starts_at + TimeDelta::minutes(30),
            mode: seed.mode,
            place: seed.place.clone(),
            video_url: if video { "https://video.example.jp/room/1".into() } else { String::new() },
        })
    }

    async fn call(&mut self, seed: &SeedConference) -> Result<()> {
        let (case, nurse) = self.case(&seed.case)?.clone();
        let team = stored_cases::team(&mut self.app.look().await?, case).await?;
        let mut left_out = Vec::new();
        for (role, reason) in pairs(&seed.left_out) {
            left_out
                .extend(team.iter().filter(|link| link.role.code() == role).map(|link| (link.id, reason.to_owned())));
        }
        let meeting = self.meeting(seed, seed.day)?;
        let id = conferences::call(self.app, &nurse, case, &meeting, &left_out, &[]).await?;
        self.conferences.insert(seed.case.clone(), id);
        Ok(())
    }

    async fn seek(&mut self, seed: &SeedPoll) -> Result<()> {
        let (case, nurse) = self.case(&seed.case)?;
        let id = polls::start(self.app, nurse, *case, seed).await?;
        self.conferences.insert(seed.case.clone(), id);
        Ok(())
    }

    async fn move_it(&mut self, seed: &SeedConference) -> Result<()> {
        let (_, nurse) = self.case(&seed.case)?;
        let id = self.conferences[&seed.case];
        let meeting = self.meeting(seed, seed.moved_to.unwrap_or(seed.day))?;
        conferences::move_to(self.app, nurse, id, None, &meeting, "主治医の手術日と重なったため").await.map(drop)
    }

    /// Everybody answers in their own way: the doctor by the link, the care manager signed in, somebody by telephone.
    async fn answer(&self, seed: &SeedConference) -> Result<()> {
        let (case, nurse) = self.case(&seed.case)?;
        let sequence = i32::from(seed.moved_to.is_some());
        let scope = nurse.scope(Permission::ManageCases)?;
        let held = conferences::held(&mut self.app.look().await?, scope, *case).await?;
        let parties: Vec<_> =
            held.iter().flat_map(|held| held.parties.iter().map(move |party| (held, party))).collect();
        for (role, said) in pairs(&seed.answers) {
            let Some((held, party)) = parties.iter().find(|(_, party)| party.role.code() == role) else { continue };
            if let Some(said) = said.strip_prefix("mail:") {
                mails::arrive(self.app, held, party, said).await?;
                continue;
            }
            let (by_phone, code) = said.strip_prefix("phone:").map_or((false, said), |code| (true, code));
            let answer = code.parse().map_err(Error::internal)?;
            let reply = reply(answer, at(ahead(self.today, seed.day + 1), 15, 0));
            if by_phone {
                let heard = (AnswerSource::Phone, "事務の方");
                let held = Seen { sequence, answer: party.given.answer_id };
                conferences::by_proxy(self.app, nurse, party.invitation_id, held, &reply, heard).await?;
            } else {
                let guest = Guest { invitation: party.invitation_id, org: party.org_id };
                conferences::as_guest(self.app, guest, sequence, &reply).await?;
            }
        }
        Ok(())
    }

    /// The minutes of a conference that is over, and who reads them: the doctor by the link, the care manager signed in, the
    /// pharmacy not at all.
    async fn write(&self, seed: &SeedConference) -> Result<()> {
        let (_, nurse) = self.case(&seed.case)?;
        let id = self.conferences[&seed.case];
        let file = conferences::minutes(self.app, nurse, id, "minutes").await?;
        let party = |role| file.held.parties.iter().find(|party| party.role == role);
        let minutes = minutes::write(file.start()?, &file.held, self.today);
        conferences::save_minutes(self.app, nurse, id, &file.mark(), minutes, true).await?;
        for role in [PartyRole::PriorDoctor, PartyRole::PriorCareManager] {
            if let Some(party) = party(role) {
                let guest = Guest { invitation: party.invitation_id, org: party.org_id };
                conferences::read_as_guest(self.app, guest).await?;
            }
        }
        Ok(())
    }

    /// A call to the prior doctor that reached them.
    async fn telephone(&self, key: &str) -> Result<()> {
        let (case, nurse) = self.case(key)?;
        let team = stored_cases::team(&mut self.app.look().await?, *case).await?;
        let Some(doctor) = team.iter().find(|link| link.role == PartyRole::PriorDoctor) else { return Ok(()) };
        let new = NewContact {
            link: doctor.id,
            channel: Channel::Phone,
            outcome: ContactOutcome::Reached,
            at: self.app.clock.now() - TimeDelta::minutes(10),
            spoke_with: "院長".into(),
            note: "退院予定日と訪問診療の再開について確認した。".into(),
        };
        cases::log_contact(self.app, nurse, *case, &new).await.map(drop)
    }

    async fn change_doctor(&self, key: &str) -> Result<()> {
        let (case, nurse) = self.case(key)?;
        let new = NewDoctorChange {
            to_org: self.people.org("kamome")?,
            to_person: "鴎 航".into(),
            reason: DoctorChangeReason::NotAble,
            reason_note: "通院が難しくなり、訪問診療が必要になったため".into(),
            decided_by: "本人と長男".into(),
            prior_told_at: self.app.clock.now() - TimeDelta::hours(2),
            prior_told_how: "電話、院長に".into(),
        };
        cases::change_doctor(self.app, nurse, *case, &new).await.map(drop)
    }

    async fn close(&self, key: &str) -> Result<()> {
        let (case, nurse) = self.case(key)?;
        if key == "eiko" {
            return cases::cancel(self.app, nurse, *case, "他の病院へ転院したため").await;
        }
        let on = calendar::day_of(self.app.clock.now());
        let discharge = cases::Discharge { on, destination: Place::Home, waiver: None, waiver_note: String::new() };
        cases::discharge(self.app, nurse, *case, discharge).await
    }
}

/// `a=b|c=d`.
pub(super) fn pairs(text: &str) -> impl Iterator<Item = (&str, &str)> {
    text.split('|').filter_map(|pair| pair.split_once('='))
}

/// `proposed` is a beginning that suits somebody who can't come.
fn reply(answer: AnswerKind, proposed: DateTime<Utc>) -> Reply {
    let text = |when: AnswerKind, text: &str| if answer == when { text.to_owned() } else { String::new() };
    Reply {
        answer,
        deputy_name: text(AnswerKind::Proxy, "看護師 若葉 涼"),
        deputy_licence: (answer == AnswerKind::Proxy).then_some(Licence::Nurse),
        opinion: text(AnswerKind::Written, "訪問診療は隔週で再開できます。内服は入院前の一包化に戻してください。"),
        proposal: text(AnswerKind::ProposeOther, "同じ週の木曜 15時以降、または翌週の月曜午前"),
        proposed: [(answer == AnswerKind::ProposeOther).then_some(proposed), None, None],
        comment: text(AnswerKind::Tentative, "外来が長引かなければ参加できます"),
        same_day: answer == AnswerKind::Attend,
    }
}

/// Numbers that add up, different for each ward and day, the same each time the demo is made.
pub(super) fn counts(ward: u64, days: u64, capacity: i32) -> Counts {
    let draw = |salt: u64, below: i32| {
        let mixed = (ward * 31 + days * 17 + salt * 101).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        i32::try_from(mixed % u64::from(below.unsigned_abs().max(1))).unwrap_or_default()
    };
    let closed = if draw(1, 5) == 0 { 2.min(capacity) } else { 0 };
    let reserved = draw(2, 3).min(capacity - closed);
    let accepting = draw(3, 6.min(capacity / 3 + 1)).min(capacity - closed - reserved);
    let acceptance = match (accepting, draw(4, 4)) {
        (0, _) => Acceptance::NotAccepting,
        (_, 0) => Acceptance::Ask,
        _ => Acceptance::Accepting,
    };
    Counts {
        occupied: capacity - closed - reserved - accepting,
        reserved,
        accepting,
        closed,
        closed_reason: (closed > 0).then_some(ClosedReason::Staffing),
        backup_accepting: draw(5, 2).min(accepting),
        discharging_today: draw(6, 3).min(capacity - closed - reserved - accepting),
        expected_24h: draw(7, 4),
        expected_72h: 0,
        acceptance,
        accept_hours: hours(ward),
        sex_limit: SexLimit::Either,
        note: if acceptance == Acceptance::Ask {
            "個室のみ。まずお電話ください".into()
        } else {
            String::new()
        },
    }
}

/// When a ward takes patients in: each the same on all days, and some don't say.
fn hours(ward: u64) -> TakesIn {
    use AcceptHours::{Daytime, NextMorning, Night};
    let said: &[AcceptHours] = match ward % 5 {
        0 => &[Daytime, Night],
        1 => &[Daytime],
        3 => &[Daytime, Night, NextMorning],
        4 => &[NextMorning],
        _ => &[],
    };
    said.iter().copied().collect()
}

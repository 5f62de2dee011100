//! Requests for a bed in the demo: one has ended, one is promised, one is answered, and one waits.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::region::People;
use crate::actions::registrations;
use crate::actions::requests::{self, New};
use crate::app::App;
use crate::domain::access::Actor;
use crate::domain::bed::profile::Procedure;
use crate::domain::calendar::{at, day_of};
use crate::domain::case::PatientSex;
use crate::domain::programme::{Condition, Home, Purpose};
use crate::domain::registration::{Answers, ExchangeVia, Sheet};
use crate::domain::request::{Ending, Need, RefusalReason, Reply, Said, Urgency, decade};
use crate::error::{Error, Result};
use crate::id::{AskId, BedRequestId, RegistrationId};
use crate::jobs::sweep;
use crate::store::programmes;
use crate::store::registrations as kept;
use crate::store::requests::asks;

/// Somebody for whom a bed is asked: a key, age, sex, by when, how they are, the name, and who is asked.
type Seed = (&'static str, u32, PatientSex, Urgency, &'static str, &'static str, &'static [&'static str]);

const SEEDS: [Seed; 4] = [
    (
        "ended",
        88,
        PatientSex::Female,
        Urgency::Today,
        "3日前から食事がとれず、37.8度。点滴と検査をお願いしたいです。移動は車いす、会話はできます。",
        "浜岡 ヨシ",
        &["shiokaze"],
    ),
    (
        "promised",
        79,
        PatientSex::Male,
        Urgency::Tomorrow,
        "昨日から咳と38度の熱。酸素1Lで落ち着いています。妻と二人暮らしです。",
        "堤 清",
        &["hinata", "shiokaze"],
    ),
    (
        "answered",
        91,
        PatientSex::Female,
        Urgency::Tomorrow,
        "足のむくみと息切れが強くなりました。利尿薬の調整をお願いしたいです。",
        "",
        &["hinata", "misaki"],
    ),
    (
        "open",
        84,
        PatientSex::Male,
        Urgency::Today,
        "今朝から38.5度。吸引が1日5回必要です。介護している妻が付き添えます。",
        "水谷 源造",
        &["shiokaze"],
    ),
];

/// What happens to one of them.
#[derive(Clone, Copy)]
pub(super) enum Step {
    Register([&'static str; 4], PatientSex),
    Exchange(&'static str, &'static str),
    Ask,
    Answer(&'static str, Reply, Option<RefusalReason>, &'static str),
    Confirm,
    Admit,
    Letter,
    End,
}

/// Everything that happened, when.
pub(super) fn events(now: DateTime<Utc>) -> Vec<(DateTime<Utc>, (&'static str, Step))> {
    use PatientSex::{Female, Male};
    use Reply::{Accepted, Conditional, Declined};
    let today = day_of(now);
    let past = |days: i64, hour, minute| {
        at(today - TimeDelta::days(days), NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or_default())
    };
    let ago = |minutes| now - TimeDelta::minutes(minutes);
    vec![
        // One whose exchange has lapsed, one that comes due, and one who was exchanged about a month ago.
        (
            past(98, 14, 0),
            ("over", Step::Register(["磯部 トメ", "イソベ トメ", "1935-05-18", "認知症、糖尿病。長女と同居"], Female)),
        ),
        (
            past(83, 11, 0),
            ("late", Step::Register(["浜岡 ヨシ", "ハマオカ ヨシ", "1938-02-11", "慢性心不全、在宅酸素"], Female)),
        ),
        (
            past(110, 15, 0),
            ("fine", Step::Register(["水谷 源造", "ミズタニ ゲンゾウ", "1942-07-30", "脳梗塞後遺症、吸引"], Male)),
        ),
        // She is in the hospital now: her case says that she is registered.
        (
            past(60, 10, 0),
            ("here", Step::Register(["浜辺 花江", "ハマベ ハナエ", "1942-04-12", "慢性心不全、糖尿病"], Female)),
        ),
        (past(30, 15, 0), ("fine", Step::Exchange("水谷 源造", "吸引の回数が1日3回から5回に増えました。"))),
        (past(7, 10, 2), ("ended", Step::Ask)),
        (past(7, 10, 14), ("ended", Step::Answer("nurse", Accepted, None, ""))),
        (past(7, 10, 20), ("ended", Step::Confirm)),
        (past(7, 14, 5), ("ended", Step::Admit)),
        (past(7, 15, 30), ("ended", Step::Letter)),
        (past(1, 11, 0), ("ended", Step::End)),
        (past(1, 16, 2), ("promised", Step::Ask)),
        (past(1, 16, 10), ("promised", Step::Answer("beds-hinata", Declined, Some(RefusalReason::Staffing), ""))),
        (past(1, 16, 21), ("promised", Step::Answer("nurse", Accepted, None, ""))),
        (past(1, 16, 30), ("promised", Step::Confirm)),
        (ago(35), ("answered", Step::Ask)),
        (
            ago(20),
            ("answered", Step::Answer("beds-hinata", Conditional, None, "個室のみ。明日の午前からお受けできます")),
        ),
        (ago(12), ("open", Step::Ask)),
    ]
}

/// Does a step; `id` is the request, once it is made.
pub(super) async fn happen(
    app: &App,
    people: &People,
    (key, step): (&str, Step),
    id: Option<BedRequestId>,
) -> Result<Option<BedRequestId>> {
    let (doctor, now) = (people.actor("doctor")?, app.clock.now());
    if let Step::Register(who, sex) = step {
        register(app, people, "doctor", who, sex).await?;
        return Ok(None);
    }
    if let Step::Exchange(name, changes) = step {
        exchange(app, people, name, changes).await?;
        return Ok(None);
    }
    let Some(id) = id else {
        let id = ask(app, people, key).await?;
        sweep::run(app).await?;
        return Ok(Some(id));
    };
    let done = match step {
        Step::Ask | Step::Register(..) | Step::Exchange(..) => Ok(()),
        Step::Answer(who, reply, reason, words) => {
            let said = Said { reply, reason, words: words.into(), ward: None };
            requests::answer(app, people.actor(who)?, id, &said).await
        }
        Step::Confirm => requests::confirm(app, doctor, id, accepted(app, id).await?).await,
        Step::Admit => requests::admitted(app, people.actor("nurse")?, id, now).await,
        Step::Letter => requests::letter_came(app, people.actor("nurse")?, id, now).await,
        Step::End => requests::ended(app, people.actor("nurse")?, id, day_of(now), Ending::Home).await,
    };
    sweep::run(app).await?;
    match done {
        // On a day on which no bed was reported free, there was none to promise.
        Err(Error::Refused(_) | Error::NotFound) => Ok(Some(id)),
        other => other.map(|()| Some(id)),
    }
}

/// 入院希望登録 with the hospital that backs the doctor up.
pub(super) async fn register(
    app: &App,
    people: &People,
    doctor: &str,
    [name, kana, born_on, condition]: [&str; 4],
    sex: PatientSex,
) -> Result<RegistrationId> {
    let (doctor, today) = (people.actor(doctor)?, day_of(app.clock.now()));
    let sheet = Sheet {
        hospital: people.org("shiokaze")?,
        patient_name: name.into(),
        patient_kana: kana.into(),
        patient_born_on: born_on.parse().map_err(Error::internal)?,
        patient_sex: sex,
        address: "みさき県汐見市".into(),
        phone: String::new(),
        condition: condition.into(),
        other_1: "みさき総合病院".into(),
        other_2: String::new(),
        explained_on: today,
        explained_by: doctor.name.clone(),
        consented_by: "本人".into(),
    };
    registrations::register(app, doctor, &sheet, false).await
}

/// The doctor answers the three questions about somebody.
async fn exchange(app: &App, people: &People, name: &str, changes: &str) -> Result<()> {
    let doctor = people.actor("doctor")?;
    let all = kept::list(&mut app.look().await?, registrations::scope(doctor)?).await?;
    let mut id = None;
    for one in &all {
        id = id.or((one.sheet()?.patient_name == name).then_some(one.id));
    }
    exchanged(app, doctor, id.ok_or(Error::NotFound)?, changes).await
}

/// A doctor answers the three questions today.
pub(super) async fn exchanged(app: &App, doctor: &Actor, id: RegistrationId, changes: &str) -> Result<()> {
    let answers = Answers { still_wishes: true, changes: changes.into(), events: String::new() };
    let today = day_of(app.clock.now());
    registrations::exchange(app, doctor, id, (&answers, ExchangeVia::Form, ""), today).await
}

async fn accepted(app: &App, id: BedRequestId) -> Result<(AskId, i32)> {
    let all = asks::of(&mut app.look().await?, id).await?;
    all.iter().find(|ask| ask.reply == Some(Reply::Accepted)).map(|ask| (ask.id, ask.answers)).ok_or(Error::NotFound)
}

async fn ask(app: &App, people: &People, key: &str) -> Result<BedRequestId> {
    let doctor = people.actor("doctor")?;
    let seed = SEEDS.iter().find(|seed| seed.0 == key);
    let (_, age, sex, urgency, note, name, hospitals) = seed.ok_or_else(|| Error::internal("seeds: no request"))?;
    let mut tx = app.look().await?;
    let programme = programmes::all(&mut tx, doctor.network()).await?.first().map(|kept| kept.id);
    drop(tx);
    let need = Need {
        decade: Some(decade(*age)),
        sex: *sex,
        municipality: "汐見市".into(),
        home: Home::Own,
        ward_kind: None,
        purpose: Purpose::Change,
        procedures: if key == "open" { vec![Procedure::Suction] } else { Vec::new() },
        since: String::new(),
        urgency: *urgency,
        days: Some(14),
        met: vec![Condition::CareCertificate, Condition::ManagedAtHome, Condition::OtherOwner],
        unmet: Vec::new(),
        note: (*note).into(),
    };
    let new = New {
        programme,
        need,
        age: Some(*age),
        despite: false,
        patient_name: (*name).into(),
        registration: None,
        hospitals: hospitals.iter().map(|key| people.org(key)).collect::<Result<_>>()?,
        outside: None,
        in_turn: true,
    };
    requests::ask(app, doctor, &new).await
}

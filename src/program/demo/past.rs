//! What was before the fortnight that is told: thirteen months of beds, and the patients who were registered, taken in and sent home
//! in the year of which the hospital reports.

use chrono::{DateTime, Datelike, Days, Months, NaiveDate, Utc};

use super::region::People;
use super::requests;
use super::story::{FORTNIGHT, ago, at, counts, way, who_reports};
use crate::actions::{cases, registrations};
use crate::app::App;
use crate::domain::bed::EntryKind;
use crate::domain::case::{CareLevel, DoctorWaiver, LinkSource, Member, PartyRole, PatientSex, Place, Standing};
use crate::domain::registration::EndReason;
use crate::domain::registration::yearly::Period;
use crate::error::{Error, Result};
use crate::id::RegistrationId;
use crate::jobs::sweep;
use crate::store::beds::past::{self, PastDay};
use crate::store::cases::NewCase;

/// What wards said from thirteen months ago until the fortnight.
pub(super) async fn beds(app: &App, people: &People, today: NaiveDate) -> Result<()> {
    let first = today.checked_sub_months(Months::new(13)).unwrap_or(today);
    let days = u64::try_from((today - first).num_days()).unwrap_or_default();
    let mut all = Vec::new();
    for days in FORTNIGHT + 1..=days {
        let day = ago(today, days);
        for (moment, hospital) in who_reports(day, days) {
            all.extend(of_day(people, hospital, (day, days), moment)?);
        }
    }
    let mut tx = app.bookkeep().await?;
    past::add(&mut tx, &all).await?;
    tx.commit().await
}

fn of_day(
    people: &People,
    hospital: &str,
    (day, days): (NaiveDate, u64),
    moment: DateTime<Utc>,
) -> Result<Vec<PastDay>> {
    let prefix = format!("{} ", people.org(hospital)?);
    let has_reporter = people.actor(&format!("beds-{hospital}")).is_ok() || hospital == "shiokaze";
    let way = if has_reporter { way(hospital) } else { EntryKind::Proxy };
    let wards = people.wards.iter().enumerate().filter(|(_, (name, ..))| name.starts_with(&prefix));
    let past = wards.map(|(place, (_, ward, capacity, kind))| {
        let mut counts = counts(place as u64, days, *capacity);
        if matches!(day.month(), 1 | 2 | 12) {
            // In winter few beds are free.
            let fewer = counts.accepting / 2;
            counts.accepting -= fewer;
            counts.occupied += fewer;
            counts.backup_accepting = counts.backup_accepting.min(counts.accepting);
        }
        PastDay { ward: *ward, kind: *kind, capacity: *capacity, day, at: moment, way, counts }
    });
    Ok(past.collect())
}

/// Somebody who was registered in that year: by whom; name, kana, birth and condition; sex; how many days before its end; how many
/// days before its end they were taken in, if they were; and why the registration ended, if it did.
type Seed = (&'static str, [&'static str; 4], PatientSex, u64, Option<u64>, Option<EndReason>);

const SEEDS: [Seed; 6] = [
    (
        "doctor",
        ["岸 ふさ", "キシ フサ", "1936-09-02", "慢性閉塞性肺疾患、在宅酸素"],
        PatientSex::Female,
        320,
        Some(205),
        None,
    ),
    (
        "doctor",
        ["潮田 正雄", "シオタ マサオ", "1940-01-25", "パーキンソン病"],
        PatientSex::Male,
        300,
        Some(96),
        Some(EndReason::Died),
    ),
    (
        "doctor",
        ["帆足 久子", "ホアシ ヒサコ", "1933-11-14", "大腿骨骨折後、認知症"],
        PatientSex::Female,
        250,
        None,
        None,
    ),
    ("doctor2", ["千鳥 勇", "チドリ イサム", "1938-06-08", "慢性心不全"], PatientSex::Male, 280, Some(150), None),
    (
        "doctor2",
        ["白波 ミツ", "シラナミ ミツ", "1931-03-30", "老衰、嚥下障害"],
        PatientSex::Female,
        200,
        Some(41),
        None,
    ),
    (
        "doctor3",
        ["沖野 静代", "オキノ シズヨ", "1944-12-19", "胃がん、在宅緩和ケア"],
        PatientSex::Female,
        180,
        None,
        Some(EndReason::Moved),
    ),
];

/// Those who were registered, came and went in the year before the newest July report.
pub(super) async fn year(app: &App, people: &People, today: NaiveDate) -> Result<()> {
    let end = Period::of_report(today).to;
    for (doctor, who, sex, registered, taken_in, ended) in SEEDS {
        app.clock.set(at(ago(end, registered), 14, 0));
        let id = requests::register(app, people, doctor, who, sex).await?;
        if let Some(days) = taken_in {
            stay(app, people, (doctor, who, sex), ago(end, days)).await?;
        }
        let last = ago(end, taken_in.unwrap_or(60).saturating_sub(20));
        match ended {
            Some(reason) => {
                app.clock.set(at(last, 17, 0));
                registrations::end(app, people.actor(doctor)?, id, last, (reason, "")).await?;
            }
            None => keep_up(app, people, doctor, id, today).await?,
        }
    }
    Ok(())
}

/// The exchange of last month: what is older went on paper.
async fn keep_up(app: &App, people: &People, doctor: &str, id: RegistrationId, today: NaiveDate) -> Result<()> {
    let on = ago(today, 28);
    app.clock.set(at(on, 15, 0));
    requests::exchanged(app, people.actor(doctor)?, id, "変わりありません").await
}

/// Somebody's stay of three weeks, from an admission that nobody had planned.
async fn stay(
    app: &App,
    people: &People,
    (doctor, [name, kana, born_on, _], sex): (&str, [&str; 4], PatientSex),
    on: NaiveDate,
) -> Result<()> {
    let (nurse, doctor) = (people.actor("nurse")?, people.actor(doctor)?);
    app.clock.set(at(on, 11, 0));
    let unknown = |role| Member {
        role,
        standing: Standing::Unknown,
        org: None,
        person: String::new(),
        source: None,
        confirmed_by: "本人は覚えていない".into(),
    };
    let prior_doctor = Member {
        role: PartyRole::PriorDoctor,
        standing: Standing::Known,
        org: Some(doctor.org),
        person: doctor.name.clone(),
        source: Some(LinkSource::Referral),
        confirmed_by: String::new(),
    };
    let case = NewCase {
        ward: people.ward(nurse, "4階西病棟")?,
        patient_name: name.into(),
        patient_kana: kana.into(),
        patient_born_on: born_on.parse().map_err(Error::internal)?,
        patient_sex: sex,
        inpatient_id: format!("P-{}", on.format("%y%m%d")),
        admitted_at: at(on, 10, 20),
        planned_admission: false,
        admitted_from: Place::Home,
        expected_discharge_on: None,
        care_level: CareLevel::Care3,
        difficulties: Vec::new(),
        note: String::new(),
        team: vec![prior_doctor, unknown(PartyRole::PriorPharmacy), unknown(PartyRole::PriorCareManager)],
    };
    let id = cases::open(app, nurse, &case, cases::Opening { tell: true, ..cases::Opening::default() }).await?;
    sweep::run(app).await?;
    app.clock.set(at(on + Days::new(21), 16, 0));
    let discharge = cases::Discharge {
        on: on + Days::new(21),
        destination: Place::Home,
        waiver: Some(DoctorWaiver::PatientRefused),
        waiver_note: String::new(),
    };
    cases::discharge(app, nurse, id, discharge).await?;
    sweep::run(app).await.map(drop)
}

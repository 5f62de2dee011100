//! A small area: a hospital with a ward, and the people who looked after a patient before.

use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::id::{CaseId, OrgId, WardId};

use super::world::{Person, Reply, World};

/// The name of the patient in every test; no mail, log or title may hold it.
pub const PATIENT: &str = "海野ハル";

/// The area.
pub struct Area {
    pub world: World,
    pub hospital: OrgId,
    pub ward: WardId,
    pub nurse: Person,
    pub clinic: OrgId,
    pub pharmacy: OrgId,
    pub care: OrgId,
}

impl Area {
    pub async fn new() -> Self {
        Self::of(World::new().await).await
    }

    pub async fn of(world: World) -> Self {
        let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
        let ward = world.ward(hospital, "3階東").await;
        let nurse = world.person("nurse", hospital, StaffRole::DischargeNurse).await;
        let clinic = world.org(OrgKind::Clinic, "そらの診療所").await;
        let pharmacy = world.org(OrgKind::Pharmacy, "つきの薬局").await;
        let care = world.org(OrgKind::CareManagementOffice, "ほしのケアプラン").await;
        Self { world, hospital, ward, nurse, clinic, pharmacy, care }
    }

    /// What a nurse enters to open a case; the care manager is unknown.
    pub fn case_form(&self) -> Vec<(&'static str, String)> {
        vec![
            ("patient_name", PATIENT.into()),
            ("patient_kana", "ウミノ ハル".into()),
            ("born_on", "S14.3.5".into()),
            ("sex", "female".into()),
            ("inpatient_id", "77-001".into()),
            ("admitted_on", "2026-11-20".into()),
            ("admitted_time", "14:20".into()),
            ("planned", "emergency".into()),
            ("admitted_from", "home".into()),
            ("ward", self.ward.to_string()),
            ("care_level", "care_2".into()),
            ("difficulty", "adl_decline".into()),
            ("difficulty", "emergency_admission".into()),
            ("prior_doctor_standing", "known".into()),
            ("prior_doctor", self.clinic.to_string()),
            ("prior_doctor_person", "空野 太郎".into()),
            ("prior_doctor_source", "referral".into()),
            ("prior_pharmacy_standing", "known".into()),
            ("prior_pharmacy", self.pharmacy.to_string()),
            ("prior_care_manager_standing", "unknown".into()),
            ("prior_care_manager_confirmed_by", "長女".into()),
            ("tell", "yes".into()),
        ]
    }

    /// Opens the form with the course of a case, and posts it.
    pub async fn course(&self, case: CaseId, fields: &[(&str, &str)]) -> Reply {
        let path = format!("/cases/{case}/course");
        let form = self.nurse.get(&path).await;
        let seen = ("seen", form.is(200).value("seen"));
        self.nurse.post(&path, &[fields, &[seen]].concat()).await
    }

    /// A case that is open.
    pub async fn case(&self) -> CaseId {
        post(&self.nurse, "/cases", &self.case_form()).await.is(303).id()
    }
}

/// Posts a form of owned values.
pub async fn post(person: &Person, path: &str, fields: &[(&'static str, String)]) -> Reply {
    let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    person.post(path, &fields).await
}

/// A form with some fields changed; an empty value takes the field away.
pub fn with(form: &[(&'static str, String)], changes: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut form: Vec<_> = form.to_vec();
    for (name, value) in changes {
        form.retain(|(field, _)| field != name);
        if !value.is_empty() {
            form.push((name, (*value).into()));
        }
    }
    form
}

//! The programming interface: the same actions as the pages, for programs.

mod beds;
mod cases;
mod conferences;
mod document;
mod hostile;
mod once;
mod token;

use okaeri::domain::person::StaffRole;
use okaeri::id::CaseId;
use serde_json::{Value, json};

use crate::support::area::{Area, PATIENT};
use crate::support::program::Program;

/// An area with the programs of its organisations.
struct Net {
    area: Area,
    hospital: Program,
    clinic: Program,
}

impl Net {
    async fn new() -> Self {
        let area = Area::new().await;
        let hospital = Program::of(&area.world, "ehr", area.hospital, StaffRole::DischargeNurse).await;
        let clinic = Program::of(&area.world, "karte", area.clinic, StaffRole::HomeVisitDoctor).await;
        Self { area, hospital, clinic }
    }

    /// What a hospital's system sends to open a case; the care manager is unknown.
    fn new_case(&self) -> Value {
        json!({
            "ward": self.area.ward,
            "patient_name": PATIENT,
            "patient_kana": "ウミノ ハル",
            "patient_born_on": "1939-03-05",
            "patient_sex": "female",
            "admitted_at": "2026-11-20T14:20:00+09:00",
            "planned_admission": false,
            "admitted_from": "home",
            "care_level": "care_2",
            "difficulties": ["adl_decline"],
            "prior_team": {
                "prior_doctor": { "standing": "known", "organisation": self.area.clinic, "source": "referral" },
                "prior_pharmacy": { "standing": "known", "organisation": self.area.pharmacy },
                "prior_care_manager": { "standing": "unknown", "confirmed_by": "長女" },
            },
            "tell": true,
        })
    }

    async fn case(&self) -> CaseId {
        self.hospital.post("/api/v1/cases", &self.new_case()).await.is(201).id()
    }
}

/// A body with one value changed; null takes it away.
fn with(body: &Value, pointer: &str, value: Value) -> Value {
    let mut body = body.clone();
    let (parent, name) = pointer.rsplit_once('/').unwrap();
    let fields = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
    if value.is_null() {
        fields.remove(name);
    } else {
        fields.insert(name.into(), value);
    }
    body
}

/// Where the first fault is, and what it is.
fn fault(reply: &crate::support::world::Reply) -> (String, String) {
    let error = reply.is(422).json()["errors"][0].clone();
    let place = error["pointer"].as_str().or(error["parameter"].as_str()).unwrap_or_default();
    (place.to_owned(), error["code"].as_str().unwrap_or_default().to_owned())
}

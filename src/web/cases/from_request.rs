//! The form that opens a case for somebody who came in by a request for a bed: what is known of them stands in it already.

use crate::actions::requests::Admitted;
use crate::domain::calendar::day_of;
use crate::domain::case::{Difficulty, LinkSource, PartyRole, PatientSex, Place, Standing};
use crate::domain::programme::Home;
use crate::domain::request::Urgency;
use crate::domain::wareki;
use crate::error::Result;
use crate::web::form::Form;

/// The field that says by which request.
pub(super) const REQUEST: &str = "request";

/// Fills the form in.
pub(super) fn fill(form: &mut Form, admitted: &Admitted) -> Result<()> {
    let request = &admitted.view.request;
    let need = request.need()?;
    form.set(REQUEST, request.id.to_string());
    form.set("patient_name", request.patient_name.as_str());
    form.set("sex", if need.sex == PatientSex::Unknown { "" } else { need.sex.code() });
    if let Some(registration) = &admitted.registration {
        let sheet = registration.sheet()?;
        form.set("patient_name", sheet.patient_name);
        form.set("patient_kana", sheet.patient_kana);
        form.set("born_on", sheet.patient_born_on.to_string());
        form.set("sex", sheet.patient_sex.code());
    }
    if let Some(at) = request.admitted_at {
        form.set("admitted_on", day_of(at).to_string());
        form.set("admitted_time", wareki::clock(at));
    }
    if let Some(ward) = admitted.view.chosen().and_then(|ask| ask.ward_id) {
        form.set("ward", ward.to_string());
    }
    let is_planned = need.urgency == Urgency::Planned;
    form.set("planned", if is_planned { "planned" } else { "emergency" });
    if !is_planned {
        form.also("difficulty", Difficulty::EmergencyAdmission.code());
    }
    form.set("admitted_from", if need.home == Home::Own { Place::Home } else { Place::Facility }.code());
    for party in &admitted.parties {
        let Some(role) = PartyRole::usual(party.kind) else { continue };
        let code = role.code();
        // The one who asked stands first; a second of a kind is added on the case's page.
        if form.text(code).is_empty() {
            form.set(code, party.id.to_string());
            form.set(&format!("{code}_standing"), Standing::Known.code());
            form.set(&format!("{code}_source"), LinkSource::Referral.code());
        }
    }
    Ok(())
}

//! What the table sends: real addresses, almost empty forms, and bodies that are well-formed but refused by a rule, so that a right
//! to act shows as 422 and nothing is changed for the next who asks.

use serde_json::{Value, json};

use crate::support::town::Places;

/// The fields of a form, where an empty one would hide who may send it.
pub fn fields(pattern: &str, places: &Places) -> Vec<(&'static str, String)> {
    match pattern {
        "/switch" | "/admin/staff/{id}/roles" => vec![("org", places.hospital.to_string())],
        "/admin/staff/{id}/roles/end" => vec![("org", places.hospital.to_string()), ("role", "auditor".into())],
        "/conferences/mine" => {
            let invitation = places.invitation.to_string();
            vec![("invitation", invitation), ("answer", "attend".into()), ("sequence", "99".into())]
        }
        "/requests/{id}/confirm" | "/requests/{id}/heard" => vec![("ask", places.case.to_string())],
        "/requests/{id}/told" => vec![("notice", places.case.to_string())],
        "/requests/{id}/withdraw" => vec![("reason", "x".repeat(101))],
        "/conferences/{id}/minutes/edit" => vec![("act", "finish".into())],
        _ => Vec::new(),
    }
}

/// The body for an endpoint.
pub fn body(pattern: &str, places: &Places) -> Option<Value> {
    let past = json!({
        "starts_at": "2026-11-20T14:00:00+09:00", "ends_at": "2026-11-20T14:30:00+09:00", "mode": "in_person", "place": "x",
    });
    let counts = json!({
        "occupied": 1, "reserved": 0, "accepting": 0, "closed": 0, "backup_accepting": 0, "discharging_today": 0,
        "expected_24h": 0, "acceptance": "ask", "sex_limit": "either", "note": "",
    });
    Some(match pattern.trim_start_matches("/api/v1") {
        "/organisations/{id}/bed-reports" => json!({ "wards": [{ "ward": places.ward, "counts": counts }] }),
        "/cases" => json!({
            "ward": places.ward, "patient_name": "x", "patient_kana": "x", "patient_born_on": "1939-03-05",
            "patient_sex": "female", "admitted_at": "2026-11-25T00:00:00+09:00", "planned_admission": true,
            "admitted_from": "home", "care_level": "care_2", "prior_team": {
                "prior_doctor": { "standing": "known", "organisation": places.clinic },
                "prior_pharmacy": { "standing": "known", "organisation": places.pharmacy },
                "prior_care_manager": { "standing": "none", "confirmed_by": "x" },
            }, "tell": false,
        }),
        "/bed-requests" => json!({
            "need": { "sex": "female", "home": "own", "purpose": "change", "urgency": "today", "note": "x" }, "hospitals": [],
        }),
        "/bed-requests/{id}/answer" => json!({ "reply": "declined" }),
        "/bed-requests/{id}/take-back" => json!({ "reason": "other" }),
        "/cases/{id}/discharge-day" => json!({ "expected_discharge_on": "2026-11-01" }),
        "/cases/{id}/discharge" => json!({ "discharged_on": "2026-11-25", "destination": "home" }),
        "/cases/{id}/conferences" => json!({ "meeting": past }),
        "/conferences/{id}/move" => json!({ "meeting": past, "reason": "" }),
        "/conferences/{id}/cancel" => json!({ "reason": "" }),
        "/invitations/{id}/votes" => json!({ "sequence": 99, "votes": [] }),
        "/invitations/{id}/answer" => json!({ "sequence": 99, "answer": "attend" }),
        _ => return None,
    })
}

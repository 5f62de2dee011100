//! What people and programs send. Each request carries a mark: as its key, so that it acts once, and in its text, so that it
//! is found again in the database.

use chrono::{DateTime, Utc};
use okaeri::domain::bed::Counts;
use okaeri::domain::calendar::wall;
use serde_json::json;

use crate::http::{Conn, call, form, request};
use crate::scene::{Hospital, Party, Person, counts};

/// Whether the last answer says that what was asked is done.
pub fn is_done(conn: &Conn, status: u16) -> bool {
    let sent_on = || conn.header("location").is_some_and(|to| to.contains("done="));
    status == 204 || (status == 303 && sent_on())
}

/// Reports every ward of a hospital on the screen for that.
pub fn report_on_page(hospital: &Hospital, now: DateTime<Utc>, said: &Counts, mark: &str) -> Vec<u8> {
    let Person { session, .. } = &hospital.reporter;
    let wall = wall(now);
    let mut fields = vec![
        ("csrf".to_owned(), okaeri::secret::form_token(session)),
        ("once".to_owned(), mark.to_owned()),
        ("as_of_day".to_owned(), wall.format("%Y-%m-%d").to_string()),
        ("as_of".to_owned(), wall.format("%H:%M").to_string()),
    ];
    for ward in &hospital.wards {
        fields.push(("ward".to_owned(), ward.to_string()));
        fields.extend([
            (format!("{ward}_occupied"), said.occupied.to_string()),
            (format!("{ward}_accepting"), said.accepting.to_string()),
            (format!("{ward}_acceptance"), said.acceptance.code().to_owned()),
            (format!("{ward}_sex_limit"), said.sex_limit.code().to_owned()),
            (format!("{ward}_note"), said.note.clone()),
        ]);
    }
    form("/beds/report", session, &fields)
}

/// Reports every ward of a hospital as its own system does.
pub fn report_by_program(hospital: &Hospital, mark: &str) -> Vec<u8> {
    let wards: Vec<_> = hospital.wards.iter().map(|ward| json!({ "ward": ward, "counts": counts(3, mark) })).collect();
    let path = format!("/api/v1/organisations/{}/bed-reports", hospital.org);
    call("PUT", &path, &hospital.reporter.token, mark, &json!({ "wards": wards }))
}

/// Answers an invitation in the list 「私のカンファレンス」.
pub fn answer_on_page(person: &Person, party: &Party, mark: &str) -> Vec<u8> {
    let fields = [
        ("csrf", okaeri::secret::form_token(&person.session)),
        ("once", mark.to_owned()),
        ("invitation", party.invitation.to_string()),
        ("sequence", "0".to_owned()),
        ("answer", "attend".to_owned()),
        ("comment", mark.to_owned()),
    ];
    form("/conferences/mine", &person.session, &fields.map(|(name, value)| (name.to_owned(), value)))
}

/// Answers an invitation as a clinic's own system does.
pub fn answer_by_program(person: &Person, party: &Party, mark: &str) -> Vec<u8> {
    let path = format!("/api/v1/invitations/{}/answer", party.invitation);
    call("PUT", &path, &person.token, mark, &json!({ "sequence": 0, "answer": "video", "comment": mark }))
}

/// Answers by the link of the mail. It has no key, and needs none: the same answer again is no new one.
pub fn answer_by_link(party: &Party, mark: &str) -> Vec<u8> {
    let headers = "content-type: application/x-www-form-urlencoded\r\n";
    request("POST", &format!("/a/{}", party.link), headers, &format!("sequence=0&answer=absent&comment={mark}"))
}

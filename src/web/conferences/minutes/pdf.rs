//! The record as one PDF: the same words as on the page, and what the evidence list asks for besides.

use std::collections::HashMap;

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, NaiveTime, Utc};

use super::record::{self, join};
use super::{paper, way};
use crate::actions::conferences::{self as act, File};
use crate::app::App;
use crate::domain::calendar::{self, Holidays};
use crate::domain::conference::AnswerKind;
use crate::domain::minutes::{self, Attendee, Minutes, Side};
use crate::domain::notice::{NoticeKind, NoticeState};
use crate::domain::wareki;
use crate::id::{ConferenceId, OrgId};
use crate::print::record::{self as sheet, Record};
use crate::store::invitations::Party;
use crate::store::minutes::{self as kept, Copy, Version};
use crate::store::notices::ledger::Row;
use crate::store::region;
use crate::web::Answer;
use crate::web::path::Id;
use crate::web::session::Session;

/// The PDF. Where nothing is finished, the page says so.
pub async fn pdf(State(app): State<App>, session: Session, Id(id): Id<ConferenceId>) -> Answer {
    let file = act::minutes(&app, &session.actor, id, "record_pdf").await?;
    let Some(version) = file.finished() else {
        return Ok(Redirect::to(&format!("/conferences/{id}/record")).into_response());
    };
    let mut tx = app.look().await?;
    let holidays = region::holidays(&mut tx).await?;
    let numbers = kept::numbers(&mut tx, id).await?.into_iter().collect();
    drop(tx);
    let minutes = version.minutes()?;
    let paper = Paper { file: &file, version, minutes: &minutes, holidays: &holidays, numbers };
    let made = sheet::record(&app.press, &paper.record(app.clock.now())).await?;
    let name = format!("attachment; filename=\"record-{}.pdf\"", file.case.code);
    let headers = [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)];
    Ok((headers, made).into_response())
}

/// What the record is made of.
struct Paper<'a> {
    file: &'a File,
    version: &'a Version,
    minutes: &'a Minutes,
    holidays: &'a Holidays,
    /// 医療機関コード or 事業所番号.
    numbers: HashMap<OrgId, String>,
}

impl Paper<'_> {
    fn record(&self, now: DateTime<Utc>) -> Record {
        let case = &self.file.case;
        let mut people: Vec<_> = self.minutes.attendees.iter().collect();
        people.sort_by_key(|who| paper::place(who));
        let checks = minutes::check(self.minutes, case.destination).into_iter();
        let missing = |check: &minutes::Check| check.missing.iter().map(|what| what.label().to_owned()).collect();
        let opinions = self.minutes.opinions.iter().map(|opinion| (opinion.from.clone(), opinion.text.clone()));
        Record {
            code: case.code.clone(),
            edition: format!("第{}版", self.version.version),
            printed: wareki::full_at(now, self.holidays),
            facts: owned(record::about(self.file, self.number(self.file.held.conference.hospital_id), self.holidays)),
            people: people.into_iter().map(|who| self.person(who)).collect(),
            opinions: opinions.collect(),
            points: self.points(),
            decisions: self.decisions(),
            evidence: owned(record::consent(&self.minutes.evidence, self.holidays)),
            kinds: paper::kinds(self.minutes),
            checks: checks.map(|check| (check.rule.label().to_owned(), missing(&check))).collect(),
            shared: self.shared(),
            versions: self.versions(),
        }
    }

    fn number(&self, org: OrgId) -> &str {
        self.numbers.get(&org).map_or("", String::as_str)
    }

    fn party(&self, side: Side) -> Option<&Party> {
        let Side::Party(id) = side else { return None };
        let held = &self.file.held;
        held.parties.iter().chain(&held.removed).find(|party| party.invitation_id == id)
    }

    fn person(&self, who: &Attendee) -> [String; 3] {
        let org = match who.side {
            Side::Hospital => Some(self.file.held.conference.hospital_id),
            _ => self.party(who.side).map(|party| party.org_id),
        };
        let kind = who.org_kind.map_or("", |kind| kind.label());
        let of_org = join(&[kind, org.map_or("", |org| self.number(org))]);
        let licence = [paper::licence(who), if who.on_instruction { "医師の指示で参加" } else { "" }];
        [two(paper::name(who), &join(&licence)), two(&join(&[paper::side(who), &who.org]), &of_org), self.did(who)]
    }

    /// What somebody did; who was there, how and how long.
    fn did(&self, who: &Attendee) -> String {
        let conference = &self.file.held.conference;
        let is_deputy = self
            .party(who.side)
            .is_some_and(|party| party.given.answer == Some(AnswerKind::Proxy) && party.given.deputy_name == who.name);
        let did = format!("{}{}", who.attendance.label(), if is_deputy { "（代理）" } else { "" });
        if !who.attendance.was_there() {
            return did;
        }
        let time = |time: Option<NaiveTime>, usual: DateTime<Utc>| {
            time.map_or_else(|| wareki::clock(usual), |time| time.format("%-H:%M").to_string())
        };
        let span = format!("{}〜{}", time(who.from, conference.starts_at), time(who.to, conference.ends_at));
        two(&join(&[&did, who.mode.label()]), &span)
    }

    fn points(&self) -> Vec<(String, String)> {
        let said = self.minutes.agenda.iter().filter(|point| !point.text.is_empty());
        let points = said.map(|point| (point.heading.clone(), point.text.clone()));
        let rest = (!self.minutes.text.is_empty()).then(|| (String::new(), self.minutes.text.clone()));
        points.chain(rest).collect()
    }

    fn decisions(&self) -> Vec<[String; 4]> {
        let state = |id| match self.file.decisions.iter().find(|kept| kept.id == id).and_then(|kept| kept.done_at) {
            Some(at) => two("完了", &self.moment(at)),
            None => "これから".into(),
        };
        let due = |day: Option<chrono::NaiveDate>| day.map_or_else(|| "－".into(), |day| self.day(day));
        let all = self.minutes.decisions.iter();
        all.map(|it| [it.what.clone(), two(&it.owner, &it.person), due(it.due_on), state(it.id)]).collect()
    }

    /// With whom it was shared, how and when it went there, and when they said that they have it.
    fn shared(&self) -> Vec<[String; 4]> {
        let copy = |party: &Party| self.file.copies.iter().find(|copy| copy.invitation_id == party.invitation_id);
        let parties = self.file.held.parties.iter().filter_map(|party| Some((party, copy(party)?)));
        parties
            .map(|(party, copy)| {
                let attendance = self.minutes.attendance_of(party.invitation_id);
                let read = copy.read_at.map_or_else(|| "未確認".into(), |at| two(&self.moment(at), &way(copy)));
                let did = attendance.map_or("－", |what| what.label());
                [two(&party.org_name, party.role.label()), did.into(), self.sent(party, copy), read]
            })
            .collect()
    }

    fn sent(&self, party: &Party, copy: &Copy) -> String {
        let of_it = |row: &&Row| {
            row.kind == NoticeKind::Minutes
                && row.invitation_id == Some(party.invitation_id)
                && row.created_at >= copy.finished_at
        };
        let rows = self.file.held.notices.iter().filter(of_it);
        let Some(row) = rows.max_by_key(|row| row.created_at) else { return "－".into() };
        match (row.state, row.sent_at) {
            (NoticeState::Sent | NoticeState::Phoned | NoticeState::Faxed | NoticeState::Received, Some(at)) => {
                two(&self.moment(at), row.channel.label())
            }
            _ => two(row.state.label(), row.why_label()),
        }
    }

    fn versions(&self) -> Vec<[String; 3]> {
        let finished = self.file.versions.iter().filter_map(|version| Some((version, version.finished_at?)));
        finished
            .map(|(version, at)| [format!("第{}版", version.version), self.moment(at), version.changed_by.clone()])
            .collect()
    }

    /// R8.12.4(金): a record is read years later.
    fn day(&self, day: chrono::NaiveDate) -> String {
        wareki::compact(day, self.holidays)
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        format!("{} {}", self.day(calendar::day_of(at)), wareki::clock(at))
    }
}

/// Two lines, or one where there is nothing to say on the other.
fn two(first: &str, second: &str) -> String {
    [first, second].into_iter().filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n")
}

fn owned(terms: Vec<(&str, String)>) -> Vec<(String, String)> {
    terms.into_iter().map(|(term, words)| (term.to_owned(), words)).collect()
}

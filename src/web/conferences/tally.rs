//! 集計: what everybody says to every slot, and the press that fixes one.

use axum::extract::State;
use maud::{Markup, html};

use super::card::Glance;
use super::change::{Sheet, finish};
use super::{ballot, poll_card, required, slots};
use crate::actions::conferences::{self as act, Held};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::conference::ConferenceState;
use crate::domain::fault::Fault;
use crate::domain::poll::{Count, Vote, best};
use crate::error::{Error, Result};
use crate::id::{ConferenceId, SlotId};
use crate::store::invitations::Party;
use crate::store::polls::{Poll, Slot};
use crate::store::{cases, region};
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::Tone;
use crate::web::ui::chip::{self, chip};
use crate::web::ui::form::{Look, button, csrf_field, hidden_field};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{head, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};

/// Everything that the page shows.
struct Tally<'a> {
    held: &'a Held,
    poll: &'a Poll,
    counts: Vec<Count>,
    glance: Glance<'a>,
    /// Whether a slot can be fixed by whoever looks.
    can_fix: bool,
}

/// The page.
pub async fn tally(State(app): State<App>, session: Session, Id(id): Id<ConferenceId>) -> Answer {
    ok(page(&app, &session, id, &Form::default()).await?)
}

/// Fixes a slot. What stands against it is shown, and confirmed by a second press.
pub async fn fix(State(app): State<App>, Id(id): Id<ConferenceId>, Posted { session, mut form }: Posted) -> Answer {
    let slot = form.text("slot").parse::<SlotId>().map_err(|_| Error::refused("", Fault::Moved));
    let result = match slot {
        Ok(slot) => act::fix(&app, &session.actor, id, slot, form.text("confirmed")).await,
        Err(error) => session.actor.scope(Permission::ManageCases).and(Err(error)),
    };
    match finish(id, &mut form, result, "fixed")? {
        Some(done) => Ok(done),
        None => Ok(refused(page(&app, &session, id, &form).await?)),
    }
}

/// The page, with what is wrong in the form that was sent.
pub(super) async fn page(app: &App, session: &Session, id: ConferenceId, form: &Form) -> Result<Markup> {
    let (case, held) = act::view(app, &session.actor, id).await?;
    let holidays = region::holidays(&mut app.look().await?).await?;
    let Some(poll) = &held.poll else { return Err(Error::NotFound) };
    let now = app.clock.now();
    let may_manage = session.actor.may(Permission::ManageCases);
    let glance =
        Glance { now, holidays: &holidays, csrf: &session.form_token, may_manage, dials: app.dials(), on_case: false };
    let can_fix = may_manage && held.conference.state == ConferenceState::Polling;
    let tally = Tally { held: &held, poll, counts: held.counts(), glance, can_fix };
    let path = format!("/conferences/{id}");
    let actions = html! {
        @if can_fix && held.voted() == 0 { (button_link(Look::Secondary, &format!("{path}/poll/slots"), "候補日を変える")) }
        (button_link(Look::Quiet, &path, "カンファレンスに戻る"))
    };
    let shown = Shown::new(form);
    let eyebrow = format!("退院調整ケース {} ・ {}さん", case.code, case.patient_name);
    let body = html! {
        (head(&eyebrow, "日程調整の集計", &tally.lead(), &actions))
        @if let Some(against) = tally.objected(form) { (against) } @else { (shown.summary()) }
        (panel("slots", "候補日", &tally.slots()))
        (panel("votes", "回答", &tally.votes()))
        @if can_fix { (required::fields(&held, form, &session.form_token)) }
    };
    Ok(layout::page(app, session, Menu::Cases, &format!("日程調整 {}", case.code), "", &body))
}

impl Tally<'_> {
    fn lead(&self) -> Markup {
        let conference = &self.held.conference;
        let closes = conference.poll_closes_at.map(|at| self.glance.moment(at)).unwrap_or_default();
        html! {
            @match conference.state {
                ConferenceState::Polling => (poll_card::state(self.held, &self.glance)),
                ConferenceState::Called => (chip(Tone::Good, Icon::Check, "日程が決まりました")),
                ConferenceState::Cancelled => (chip(Tone::Plain, Icon::Cross, "中止")),
            }
            span { "締切 " (closes) }
        }
    }

    fn when(&self, slot: &Slot) -> String {
        ballot::when(slot, self.glance.holidays)
    }

    /// What stands against the slot that was pressed, with the press that overrides it.
    fn objected(&self, form: &Form) -> Option<Markup> {
        form.faults.of("").filter(|fault| **fault == Fault::Objected)?;
        let at = self.poll.slots.iter().position(|slot| slot.id.to_string() == form.text("slot"))?;
        let (slot, count) = (&self.poll.slots[at], self.counts.get(at)?);
        let word = format!("それでも {} に決める", ballot::short(slot, self.glance.holidays));
        let title = format!("{} に決める前に、確かめてください。", self.when(slot));
        Some(html! {
            div role="alert" { (Notice { tone: Tone::Warn, title: &title, text: &self.against(count).join("、") }) }
            (self.press(slot, Look::Danger, &word, &count.mark()))
        })
    }

    /// 「そらの診療所（元のかかりつけ医）が×」.
    fn against(&self, count: &Count) -> Vec<String> {
        let find = |id| self.held.parties.iter().find(|party| party.invitation_id == id);
        let word = |party: &Party, crossed| {
            let what = if crossed { "が×" } else { "が未回答" };
            format!("{}（{}）{what}", party.org_name, party.role.label())
        };
        let objections = count.objections.iter();
        objections.filter_map(|objection| Some(word(find(objection.invitation)?, objection.crossed))).collect()
    }

    /// That a required party stands against a slot, and who.
    fn remark(&self, count: &Count) -> Markup {
        let against = self.against(count);
        html! {
            @if against.is_empty() { "－" }
            @else { div { (chip(Tone::Warn, Icon::Bang, "要確認")) @for line in against { small { (line) } } } }
        }
    }

    /// The form that is one button.
    fn press(&self, slot: &Slot, look: Look, word: &str, confirmed: &str) -> Markup {
        let form = Form::default();
        html! {
            form method="post" action=(format!("/conferences/{}/poll", self.held.conference.id)) {
                (csrf_field(self.glance.csrf))
                (Shown::new(&form).once())
                (hidden_field("slot", &slot.id.to_string()))
                @if !confirmed.is_empty() { (hidden_field("confirmed", confirmed)) }
                (button(look, word))
            }
        }
    }

    /// The slots in order of time, each with its figures and its press.
    fn slots(&self) -> Markup {
        let best = best(&self.counts);
        let is_best = |at| self.can_fix && best == Some(at);
        let row = |(at, slot): (usize, &Slot)| {
            let count = &self.counts[at];
            let look = if is_best(at) { Look::Primary } else { Look::Secondary };
            vec![
                html! { div { (self.when(slot)) @if is_best(at) { " " (chip(Tone::Good, Icon::Check, "いちばん合う")) } } },
                html! { div { "○ " (count.yes) "　△ " (count.maybe) "　× " (count.no) @if count.silent > 0 { small { "未回答 " (count.silent) } } } },
                self.remark(count),
                self.outcome(slot, look),
            ]
        };
        let rows: Vec<_> = self.poll.slots.iter().enumerate().map(row).collect();
        let columns = ["候補日", "回答", "欠かせない方", "決める"];
        Table { caption: "早い順", columns: &columns, empty: "", dense: false }.show(&rows)
    }

    fn outcome(&self, slot: &Slot, look: Look) -> Markup {
        let conference = &self.held.conference;
        let is_fixed = conference.has_date() && conference.starts_at == slot.starts_at;
        if is_fixed {
            chip(Tone::Good, Icon::Check, "この日に決定")
        } else if slot.starts_at <= self.glance.now {
            html! { "過ぎました" }
        } else if self.can_fix {
            self.press(slot, look, "この日に決める", "")
        } else {
            html! { "－" }
        }
    }

    /// Party by party; those who are silent first.
    fn votes(&self) -> Markup {
        let days: Vec<_> = self.poll.slots.iter().map(|slot| ballot::short(slot, self.glance.holidays)).collect();
        let columns: Vec<_> =
            std::iter::once("機関").chain(days.iter().map(String::as_str)).chain(["ひとこと"]).collect();
        let rows: Vec<_> = self.held.parties.iter().map(|party| self.voter(party)).collect();
        let caption = format!("未回答の方が先（{}/{} 回答）", self.held.voted(), self.held.parties.len());
        Table { caption: &caption, columns: &columns, empty: "まだ誰も招待していません。", dense: true }.show(&rows)
    }

    fn voter(&self, party: &Party) -> Vec<Markup> {
        let cast = self.poll.cast(party.invitation_id);
        let vote = |slot: &Slot| cast.and_then(|cast| cast.ballot().vote(slot.id));
        let cell = |vote: Option<Vote>| html! { (vote.map_or(chip::answer::NO_ANSWER, ballot::chip)) };
        let said = cast.map(|cast| poll_card::came(cast, &self.glance)).unwrap_or_default();
        let said = html! { @for line in said { small { (line) } } };
        let cells = self.poll.slots.iter().map(|slot| cell(vote(slot)));
        std::iter::once(html! { div { (poll_card::name(party)) } })
            .chain(cells)
            .chain([html! { div { (said) } }])
            .collect()
    }
}

/// The form for other slots, while nobody has voted.
pub async fn slots_form(State(app): State<App>, session: Session, Id(id): Id<ConferenceId>) -> Answer {
    let sheet = Sheet::open(&app, &session, id).await?;
    let Some(poll) = &sheet.held.poll else { return Err(Error::NotFound.into()) };
    let starts: Vec<_> = poll.slots.iter().map(|slot| slot.starts_at).collect();
    let length = sheet.held.conference.ends_at - sheet.held.conference.starts_at;
    let mut form = Form::default();
    slots::fill(&mut form, &starts, length, &sheet.holidays);
    ok(slots_page(&app, &sheet, &form).await?)
}

/// Sets other slots.
pub async fn change_slots(
    State(app): State<App>,
    Id(id): Id<ConferenceId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    let seen = form.text("sequence").parse().unwrap_or(-1);
    let result = match slots::read(&mut form) {
        Some(slots) if form.faults.0.is_empty() => act::change_slots(&app, &session.actor, id, seen, &slots).await,
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    if let Some(done) = finish(id, &mut form, result, "slots")? {
        return Ok(done);
    }
    let sheet = Sheet::open(&app, &session, id).await?;
    Ok(refused(slots_page(&app, &sheet, &form).await?))
}

async fn slots_page(app: &App, sheet: &Sheet<'_>, form: &Form) -> Result<Markup> {
    let case = sheet.case.id;
    let team = cases::team(&mut app.look().await?, case).await?;
    let members = act::members(app, &sheet.session.actor, case, &team).await?;
    let shown = Shown::new(form);
    let lead = html! { "まだ誰も回答していないあいだだけ変えられます。招待した全員に、新しい候補日を送ります。" };
    let fields = html! {
        (hidden_field("sequence", &sheet.held.conference.sequence.to_string()))
        (slots::fields(&shown, form, (&members, sheet.case.expected_discharge_on), &sheet.holidays))
    };
    Ok(sheet.page("候補日を変える", "poll/slots", &lead, &shown, &fields, (Look::Primary, "変更して送り直す")))
}

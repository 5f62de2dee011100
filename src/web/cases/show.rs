//! The page of a case: the prior team on top, always; then what is next.

use axum::extract::State;
use chrono::{DateTime, NaiveDate, Utc};
use maud::{Markup, html};

use super::dress;
use crate::actions::cases as act;
use crate::actions::conferences::{self, Held};
use crate::actions::registrations;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, Holidays};
use crate::domain::case::{Difficulty, LinkSource, PartyRole, Standing, link_state};
use crate::domain::wareki;
use crate::id::CaseId;
use crate::store::cases::{self, CallHours, Case, Link};
use crate::store::contacts::{self, Contact, DoctorChange};
use crate::store::region;
use crate::store::registrations::Registration;
use crate::web::conferences::{Glance, conference_card};
use crate::web::layout::{self, Menu};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::{Chip, Tone, chip};
use crate::web::ui::form::Look;
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::notice::Notice;
use crate::web::ui::panel::{columns, empty, facts, head, panel, panel_with};
use crate::web::ui::steps::{Stand, Step, steps};
use crate::web::ui::table::Table;
use crate::web::ui::team::{Member, team};
use crate::web::{Answer, ok};

/// Everything that the page shows.
struct File {
    case: Case,
    team: Vec<Link>,
    hours: Vec<CallHours>,
    contacts: Vec<Contact>,
    changes: Vec<DoctorChange>,
    conferences: Vec<Held>,
    difficulties: Vec<Difficulty>,
    ward: String,
    holidays: Holidays,
    now: DateTime<Utc>,
    dials: bool,
    may_manage: bool,
    csrf: String,
    registered: Vec<Registration>,
}

/// The page.
pub async fn show(State(app): State<App>, session: Session, Id(id): Id<CaseId>, Query(asked): Query<Done>) -> Answer {
    let case = act::view(&app, &session.actor, id, "case").await?;
    let scope = session.actor.scope(Permission::ReadCases)?;
    let mut tx = app.look().await?;
    let wards = cases::wards(&mut tx, scope).await?;
    let file = File {
        team: cases::team(&mut tx, id).await?,
        hours: cases::call_hours(&mut tx, id).await?,
        contacts: contacts::of_case(&mut tx, id).await?,
        changes: contacts::doctor_changes(&mut tx, id).await?,
        conferences: conferences::held(&mut tx, scope, id).await?,
        difficulties: cases::difficulties(&mut tx, id).await?,
        ward: wards.into_iter().find(|(ward, _)| *ward == case.ward_id).map(|(_, name)| name).unwrap_or_default(),
        holidays: region::holidays(&mut tx).await?,
        now: app.clock.now(),
        dials: app.dials(),
        may_manage: session.actor.may(Permission::ManageCases) && case.status.is_open(),
        csrf: session.form_token.clone(),
        registered: registrations::of_case(&app, scope, &case).await?,
        case,
    };
    drop(tx);
    let title = format!("退院調整ケース {}", file.case.code);
    ok(layout::page(&app, &session, Menu::Cases, &title, &asked.done, &file.body()))
}

impl File {
    fn today(&self) -> NaiveDate {
        calendar::day_of(self.now)
    }

    fn path(&self, rest: &str) -> String {
        format!("/cases/{}{rest}", self.case.id)
    }

    fn doctor(&self) -> Option<&Link> {
        self.team.iter().find(|link| link.role == PartyRole::PriorDoctor)
    }

    fn body(&self) -> Markup {
        html! {
            (self.head())
            (self.registered_notice())
            (self.team_panel())
            (self.conference_cards())
            (columns(
                &html! { (self.contacts_panel()) (self.changes_panel()) },
                &html! { (self.course_panel()) (self.facts_panel()) },
            ))
        }
    }

    /// The patient is registered with this hospital, or a namesake is.
    fn registered_notice(&self) -> Markup {
        html! {
            @for one in &self.registered {
                (Notice { tone: Tone::Info, title: "入院希望登録のある方です（同じ名前・生年月日）", text: &format!("在宅の主治医は{}です。", one.org_name) })
                @if self.may_manage { p { a href=(format!("/registrations/{}", one.id)) { "登録番号 " (one.code) "を見る" } } }
            }
        }
    }

    fn head(&self) -> Markup {
        let case = &self.case;
        let age = wareki::age_on(case.patient_born_on, self.today()).unwrap_or_default();
        let lead = html! {
            (dress::status(case.status))
            span { (age) "歳・" (case.patient_sex.label()) " ・ " (self.ward) @if !case.inpatient_id.is_empty() { " ・ 院内ID " (case.inpatient_id) } }
        };
        let actions = html! {
            @if self.may_manage {
                (button_link(Look::Quiet, &self.path("/discharge"), "退院済にする"))
                (button_link(Look::Secondary, &self.path("/contacts/new"), "連絡を記録"))
                (button_link(Look::Primary, &self.path("/conferences/new"), "カンファレンスを開く"))
            }
        };
        head(&format!("退院調整ケース {}", case.code), &format!("{}さん", case.patient_name), &lead, &actions)
    }

    fn team_panel(&self) -> Markup {
        let cards: Vec<_> = PartyRole::PRIOR_TEAM.iter().map(|role| self.card(*role)).collect();
        let notes: Vec<Vec<&str>> = cards.iter().map(|card| card.notes.iter().map(String::as_str).collect()).collect();
        let members: Vec<_> =
            cards.iter().zip(&notes).map(|(card, notes)| card.member(notes, self.may_manage)).collect();
        let untold = self.team.iter().filter(|link| link.standing == Standing::Known && !link.told().is_told()).count();
        let aside = html! { @if untold > 0 { (chip(Tone::Warn, Icon::Bang, &format!("未連絡 {untold}"))) } };
        panel_with("team", "入院前のチーム", &aside, &team(&members))
    }

    fn card(&self, role: PartyRole) -> Card {
        let link = self.team.iter().find(|link| link.role == role).cloned();
        let hours =
            link.as_ref().and_then(|link| link.org_id).map(|org| hours_of(&self.hours, org)).unwrap_or_default();
        let notes = link.as_ref().map(|link| self.notes(link)).unwrap_or_default();
        Card { role, link, hours, notes, change: self.path(&format!("/team/{}", role.code())) }
    }

    /// Source, who confirmed, when told.
    fn notes(&self, link: &Link) -> Vec<String> {
        let mut notes = Vec::new();
        if let Ok(source) = link.source.parse::<LinkSource>() {
            notes.push(format!("情報源 {}", source.label()));
        }
        if !link.confirmed_by.is_empty() {
            notes.push(format!(
                "確認 {}（{}）",
                link.confirmed_by,
                wareki::table(calendar::day_of(link.created_at), &self.holidays)
            ));
        }
        if let Some(at) = link.trail.notified_at {
            notes.push(format!("お知らせ送信 {}", self.moment(at)));
        }
        if let Some(at) = link.trail.reached_at {
            notes.push(format!("連絡 {}", self.moment(at)));
        }
        if let Some(answer) = link.answer {
            notes.push(format!("回答 {}", answer.label()));
        }
        notes
    }

    fn moment(&self, at: DateTime<Utc>) -> String {
        wareki::table_at(at, &self.holidays)
    }

    fn conference_cards(&self) -> Markup {
        let (now, holidays, may_manage, dials) = (self.now, &self.holidays, self.may_manage, self.dials);
        let glance = Glance { now, holidays, csrf: &self.csrf, may_manage, dials, on_case: true };
        html! { @for held in &self.conferences { (conference_card(held, &glance)) } }
    }

    fn contacts_panel(&self) -> Markup {
        let rows: Vec<_> = self
            .contacts
            .iter()
            .map(|contact| {
                vec![
                    html! { (self.moment(contact.at)) },
                    html! { div { (contact.org_name.as_deref().unwrap_or("－")) small { (contact.role.map_or("", PartyRole::label)) } } },
                    html! { div { (contact.channel.label()) "：" (contact.outcome.label()) small { (contact.spoke_with) } } },
                    html! { div { (contact.note) small { "記録 " (contact.by_name) } } },
                ]
            })
            .collect();
        let table = Table {
            caption: "新しい順",
            columns: &["日時", "相手", "結果", "内容"],
            empty: "まだ連絡の記録はありません。電話やFAXで話したことを残すと、チームの状態に反映されます。",
            dense: true,
        };
        panel("contacts", "連絡の記録", &table.show(&rows))
    }

    fn changes_panel(&self) -> Markup {
        let link = html! { @if self.may_manage { a href=(self.path("/doctor")) { "主治医の変更を記録" } } };
        let body = html! {
            @if self.changes.is_empty() { (empty("退院後も元のかかりつけ医が診る予定です。")) }
            @for change in &self.changes {
                (facts(&[
                    ("引き継ぐ医師", html! { (change.to_org_name) " " (change.to_person) }),
                    ("理由", html! { (change.reason.label()) " " (change.reason_note) }),
                    ("決めた人", html! { (change.decided_by) }),
                    ("元のかかりつけ医に伝えた日", html! { (self.moment(change.prior_told_at)) "（" (change.prior_told_how) "）" }),
                    ("記録", html! { (self.moment(change.created_at)) " " (change.by_name) }),
                ]))
            }
        };
        panel_with("doctor", "退院後の主治医", &link, &body)
    }

    fn course_panel(&self) -> Markup {
        let case = &self.case;
        let link = html! { @if self.may_manage { a href=(self.path("/course")) { "変更" } } };
        let admitted = self.moment(case.admitted_at);
        let told = self.doctor().map(|link| (link.told().is_told(), link.standing));
        let (doctor, word) = match told {
            Some((true, _)) => (Stand::Done, "済"),
            Some((false, Standing::None)) => (Stand::Waived, "いない"),
            _ => (Stand::Next, "まだ"),
        };
        let told_at =
            self.doctor().and_then(|link| link.trail.reached_at.or(link.trail.notified_at)).map(|at| self.moment(at));
        let told_at = told_at.unwrap_or_default();
        let (ready, ready_word) = self.stand(case.ready_on);
        let (due, due_word) = self.stand(case.expected_discharge_on);
        let (ready_on, due_on) =
            (dress::day(case.ready_on, &self.holidays), dress::day(case.expected_discharge_on, &self.holidays));
        let kind = if case.planned_admission { "予定入院" } else { "緊急入院" };
        let discharged = dress::day(case.discharged_on, &self.holidays);
        let mut all = vec![
            Step { label: "入院", when: &admitted, stand: Stand::Done, word: "済", note: kind },
            Step { label: "元のかかりつけ医へ知らせる", when: &told_at, stand: doctor, word, note: "" },
            Step { label: "退院可能日", when: &ready_on, stand: ready, word: &ready_word, note: "" },
            Step { label: "退院予定日", when: &due_on, stand: due, word: &due_word, note: "" },
        ];
        if case.discharged_on.is_some() {
            all.push(Step { label: "退院", when: &discharged, stand: Stand::Done, word: "済", note: "" });
        }
        panel_with("course", "退院までの期日", &link, &steps(&all))
    }

    /// How a planned day stands.
    fn stand(&self, day: Option<NaiveDate>) -> (Stand, String) {
        let today = self.today();
        match day {
            _ if self.case.discharged_on.is_some() => (Stand::Done, "済".into()),
            None => (Stand::Ahead, "未定".into()),
            Some(day) if day < today => (Stand::Overdue, dress::left(today, day)),
            Some(day) => (Stand::Ahead, dress::left(today, day)),
        }
    }

    fn facts_panel(&self) -> Markup {
        let case = &self.case;
        let factors = html! {
            @if self.difficulties.is_empty() { "なし" }
            ul { @for difficulty in &self.difficulties { li { (difficulty.label()) } } }
        };
        let mut lines = vec![
            ("氏名（カナ）", html! { (case.patient_name) "（" (case.patient_kana) "）" }),
            ("生年月日", html! { (wareki::plain(case.patient_born_on)) }),
            ("入院元", html! { (case.admitted_from.label()) }),
            ("要介護度", html! { (case.care_level.label()) }),
            ("退院困難な要因", factors),
            ("退院先", html! { (case.destination.map_or("未定", crate::domain::case::Place::label)) }),
        ];
        if let Some(waiver) = case.doctor_waiver {
            lines.push(("かかりつけ医に知らせなかった理由", html! { (waiver.label()) " " (case.doctor_waiver_note) }));
        }
        if !case.note.is_empty() {
            lines.push(("メモ", html! { (case.note) }));
        }
        let link = html! { @if self.may_manage { a href=(self.path("/cancel")) { "案件を中止" } } };
        panel_with("facts", "基本情報", &link, &facts(&lines))
    }
}

/// Nobody has said anything about this part, and it isn't required.
const NOT_ASKED: Chip = Chip { tone: Tone::Plain, icon: Icon::Question, text: "未確認" };

/// One card of the team with the texts that it lends.
struct Card {
    role: PartyRole,
    link: Option<Link>,
    hours: String,
    notes: Vec<String>,
    change: String,
}

impl Card {
    fn member<'a>(&'a self, notes: &'a [&'a str], may_manage: bool) -> Member<'a> {
        let link = self.link.as_ref();
        let standing = link.map(|link| link.standing);
        let unknown = standing == Some(Standing::Unknown) || (link.is_none() && self.role.is_required());
        let action = match standing {
            Some(Standing::Unknown) => "分かったので登録する",
            None => "登録する",
            Some(Standing::Known | Standing::None) => "変更",
        };
        Member {
            icon: dress::icon(self.role),
            role: self.role.label(),
            org: match standing {
                Some(Standing::Known) => link.and_then(|link| link.org_name.as_deref()).unwrap_or_default(),
                Some(Standing::None) => "なし",
                Some(Standing::Unknown) => "まだ分かりません",
                None => "登録なし",
            },
            person: link.map_or("", |link| link.person_name.as_str()),
            state: link.map_or(NOT_ASKED, |link| match link.standing {
                Standing::None => crate::web::ui::chip::contact::NOBODY,
                _ => dress::contact(link_state(link.standing, link.told(), link.answer)),
            }),
            phone: link.and_then(|link| link.org_phone.as_deref()),
            hours: &self.hours,
            notes,
            unknown,
            action: may_manage.then_some((self.change.as_str(), action)),
        }
    }
}

/// 「ケアマネタイム 月 13:00–14:00、木 …」, or nothing.
fn hours_of(all: &[CallHours], org: crate::id::OrgId) -> String {
    let spans: Vec<_> = all
        .iter()
        .filter(|hours| hours.org_id == org)
        .map(|hours| {
            let weekday = u8::try_from(hours.weekday).ok().and_then(|day| chrono::Weekday::try_from(day).ok());
            format!("{} {}–{}", weekday.map_or('？', wareki::weekday), hours.opens, hours.closes)
        })
        .collect();
    if spans.is_empty() { String::new() } else { format!("ケアマネタイム {}", spans.join("、")) }
}

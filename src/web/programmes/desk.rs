//! The desk's page of a programme: which hospitals take part, and the rota, typed turn by turn or pasted for a month.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::{NaiveDate, NaiveTime, Weekday};
use maud::{Markup, html};

use super::duty::hours;
use super::month::Asked;
use crate::actions::programmes as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::fault::Fault;
use crate::domain::month::Month;
use crate::domain::programme::{Duty, On, ahead};
use crate::domain::wareki;
use crate::error::{Error, Result, or_before};
use crate::id::{DutyId, OrgId, ProgrammeId};
use crate::store::programmes::{self, Candidate, Kept, Member, Turn};
use crate::store::region;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Id, Query};
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Field, Look, actions, button, pair, post, post_button};
use crate::web::ui::panel::{head, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};

const PHONE_MAX: usize = 20;
/// The field of the month of which days are said.
pub(super) const MONTH: &str = "month";

/// What the page stands on.
pub(super) struct Desk {
    pub(super) kept: Kept,
    pub(super) members: Vec<Member>,
    pub(super) candidates: Vec<Candidate>,
    /// What recurs, and the dates from the first of the month or today on.
    pub(super) rota: Vec<Turn>,
    pub(super) holidays: Holidays,
    pub(super) month: Month,
    pub(super) today: NaiveDate,
    /// The first day whose turns may still go on.
    pub(super) since: NaiveDate,
    pub(super) on_duty: Vec<OrgId>,
}

impl Desk {
    pub(super) async fn open(app: &App, session: &Session, id: ProgrammeId, month: &str) -> Result<Self> {
        session.actor.scope(Permission::ManageProgrammes)?;
        let network = session.actor.network();
        let now = app.clock.now();
        let (today, since) = (day_of(now), act::since(now));
        let month = month.parse().unwrap_or_else(|_| Month::of(today));
        let mut tx = app.look().await?;
        let rota = programmes::rota(&mut tx, network, Some(id), month.first().min(since)).await?;
        let duties: Vec<_> = rota.iter().map(|turn| turn.duty).collect();
        let ahead = ahead(&duties, now).into_iter().filter(|(day, duty)| duty.span(*day).0 <= now);
        Ok(Self {
            kept: programmes::find(&mut tx, network, id).await?,
            members: programmes::members(&mut tx, network, Some(id)).await?,
            candidates: programmes::candidates(&mut tx, network).await?,
            on_duty: ahead.map(|(_, duty)| duty.org).collect(),
            rota,
            since,
            holidays: region::holidays(&mut tx).await?,
            month,
            today,
        })
    }

    pub(super) fn name(&self, org: OrgId) -> &str {
        self.members.iter().find(|member| member.org_id == org).map_or("", |member| &member.org_name)
    }

    pub(super) fn page(&self, app: &App, session: &Session, form: &Form, done: &str) -> Markup {
        let shown = Shown::new(form);
        let body = html! {
            (shown.summary())
            @if self.members.is_empty() { (panel("hospitals", "受け入れる病院", &self.hospitals(session, &shown))) }
            @else {
                (panel("rota", "月の当番", &self.days(session, &Shown::new(&self.days_form(form)))))
                (panel("paste", "表から当番を取り込む", &self.paste_form(session, &shown, None)))
                (panel("turns", "毎日・毎週の当番", &self.turns(session)))
                (panel("turn", "当番を足す", &self.turn_form(session, &shown)))
                (panel("hospitals", "受け入れる病院", &self.hospitals(session, &shown)))
            }
        };
        self.around(app, session, done, &body)
    }

    pub(super) fn around(&self, app: &App, session: &Session, done: &str, body: &Markup) -> Markup {
        let lead = html! { a href=(format!("/programmes/{}", self.kept.id)) { "事業のページへ戻る" } };
        let body = html! { (head(&self.kept.rules.name, "病院と当番", &lead, &html! {})) (body) };
        layout::page(app, session, Menu::Beds, "病院と当番", done, &body)
    }

    fn hospitals(&self, session: &Session, shown: &Shown<'_>) -> Markup {
        let (id, csrf) = (self.kept.id, &session.form_token);
        let rows: Vec<_> = self
            .members
            .iter()
            .map(|member| {
                vec![
                    html! { (member.org_name) },
                    html! { (member.phone) },
                    html! { (member.note) },
                    self.removal(member.org_id, csrf),
                ]
            })
            .collect();
        let table = Table {
            caption: "受け入れる病院",
            columns: &["病院", "電話", "ひとこと", "操作"],
            empty: "まだ病院がありません。",
            dense: true,
        };
        let choices: Vec<_> = std::iter::once((String::new(), "選んでください".to_owned()))
            .chain(
                self.candidates.iter().map(|one| (one.id.to_string(), format!("{}（{}）", one.name, one.kind.label()))),
            )
            .collect();
        let choices: Vec<_> = choices.iter().map(|(id, name)| (id.as_str(), name.as_str())).collect();
        html! {
            (table.show(&rows))
            details.more open[self.members.is_empty() || shown.error("member").is_some()] {
                summary { "病院を足す・書き直す" }
                (post(&format!("/programmes/{id}/hospitals"), csrf, &html! {
                    (shown.field("member", "病院").required().select(&choices))
                    (pair(&html! {
                        (shown.field("phone", "事業の電話").hint("空欄なら代表番号が出ます").tel())
                        (shown.field("note", "ひとこと").hint("例：医療関係者専用").text())
                    }))
                    (actions(&button(Look::Secondary, "保存する")))
                }))
            }
        }
    }

    /// The press that ends a hospital's part; where turns go with it, it says so and asks once.
    fn removal(&self, org: OrgId, csrf: &str) -> Markup {
        let path = format!("/programmes/{}/hospitals/{org}/remove", self.kept.id);
        let is_to_come = |duty: &Duty| !matches!(duty.on, On::Date(day) if day < self.since);
        let turns = self.rota.iter().filter(|turn| turn.duty.org == org && is_to_come(&turn.duty)).count();
        if turns == 0 {
            return post_button(Look::Quiet, &path, csrf, "外す");
        }
        let sure = [Choice::new("1", "当番も消してよい")];
        let place = org.to_string();
        html! {
            details.more {
                summary { "外す" }
                (post(&path, csrf, &html! {
                    p { "当番" (turns) "件も消えます。" @if self.on_duty.contains(&org) { b { "いま当番の病院です。" } } }
                    (Field::new("sure", "確かめてください").place(&place).checks(&sure, &[]))
                    (actions(&button(Look::Secondary, "当番も消して外す")))
                }))
            }
        }
    }

    /// What recurs.
    fn turns(&self, session: &Session) -> Markup {
        let rows: Vec<_> = self.turn_rows(session, |duty| !matches!(duty.on, On::Date(_)));
        let table = Table {
            caption: "毎日・毎週の当番（日付の当番がある日は、それに代わります）",
            columns: &["いつ", "時間", "病院", "床数", "操作"],
            empty: "毎日・毎週の当番はありません。",
            dense: true,
        };
        table.show(&rows)
    }

    pub(super) fn turn_rows(&self, session: &Session, is_shown: impl Fn(&Duty) -> bool) -> Vec<Vec<Markup>> {
        let row = |turn: &Turn| {
            let (duty, id) = (&turn.duty, self.kept.id);
            let remove = format!("/programmes/{id}/turns/{}/remove", turn.id);
            vec![
                html! { (when(duty, &self.holidays)) },
                html! { (hours(duty.from, duty.to)) },
                html! { (self.name(duty.org)) },
                html! { (duty.beds) "床" },
                post_button(Look::Quiet, &remove, &session.form_token, "消す"),
            ]
        };
        self.rota.iter().filter(|turn| is_shown(&turn.duty)).map(row).collect()
    }

    fn members(&self) -> Vec<(String, &str)> {
        self.members.iter().map(|member| (member.org_id.to_string(), member.org_name.as_str())).collect()
    }

    fn turn_form(&self, session: &Session, shown: &Shown<'_>) -> Markup {
        let members = self.members();
        let members: Vec<_> = members.iter().map(|(id, name)| (id.as_str(), *name)).collect();
        let days: Vec<_> = DAYS.iter().map(|(code, label, _)| (*code, *label)).collect();
        post(
            &format!("/programmes/{}/turns", self.kept.id),
            &session.form_token,
            &html! {
                (shown.once())
                (pair(&html! {
                    (shown.field("org", "病院").required().select(&members))
                    (shown.field("beds", "床数").hint("0床と書けば、その日は当番なし").stepper("床", ""))
                    (shown.field("weekday", "曜日").hint("日付を書けば、日付が優先します").select(&days))
                    (shown.field("day", "日付（その日だけ）").date())
                    (shown.field("opens", "何時から").time())
                    (shown.field("closes", "何時まで").hint("翌朝までなら9:00のように。同じ時刻なら24時間").time())
                    (shown.field("valid_from", "この日から").hint("曜日の当番に。空欄なら今から").date())
                    (shown.field("valid_to", "この日まで").hint("空欄ならずっと").date())
                }))
                (actions(&button(Look::Secondary, "当番を足す")))
            },
        )
    }
}

const DAYS: [(&str, &str, Option<Weekday>); 8] = [
    ("", "毎日", None),
    ("mon", "月曜", Some(Weekday::Mon)),
    ("tue", "火曜", Some(Weekday::Tue)),
    ("wed", "水曜", Some(Weekday::Wed)),
    ("thu", "木曜", Some(Weekday::Thu)),
    ("fri", "金曜", Some(Weekday::Fri)),
    ("sat", "土曜", Some(Weekday::Sat)),
    ("sun", "日曜", Some(Weekday::Sun)),
];

fn when(duty: &Duty, holidays: &Holidays) -> String {
    let usual = match duty.on {
        On::Date(day) => return wareki::table(day, holidays),
        On::Daily => "毎日".to_owned(),
        On::Weekday(day) => format!("毎週{}曜", wareki::weekday(day)),
    };
    let end = |day: Option<chrono::NaiveDate>| day.map(wareki::plain).unwrap_or_default();
    match (duty.valid_from, duty.valid_to) {
        (None, None) => usual,
        (from, to) => format!("{usual}（{}〜{}）", end(from), end(to)),
    }
}

fn empty_form() -> Form {
    Form::of([("beds", "1".into()), ("opens", "09:00".into()), ("closes", "09:00".into())])
}

/// The page.
pub async fn desk(
    State(app): State<App>,
    session: Session,
    Id(id): Id<ProgrammeId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let desk = Desk::open(&app, &session, id, &asked.month).await?;
    ok(desk.page(&app, &session, &empty_form(), &asked.done))
}

/// Lets a hospital take part.
pub async fn set_member(
    State(app): State<App>,
    Id(id): Id<ProgrammeId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    session.actor.scope(Permission::ManageProgrammes)?;
    let org = form.id::<OrgId>("member");
    let (phone, note) = (form.line("phone", PHONE_MAX), form.line("note", act::NOTE_MAX));
    let done = match org.filter(|_| form.faults.0.is_empty()) {
        Some(org) => act::set_member(&app, &session.actor, id, org, (&phone, &note)).await,
        None => Err(Error::Refused(form.faults.clone())),
    };
    answer(&app, &session, id, form, done).await
}

/// Ends a hospital's part.
pub async fn remove_member(
    State(app): State<App>,
    Id((id, org)): Id<(ProgrammeId, OrgId)>,
    Posted { session, form }: Posted,
) -> Answer {
    let done = act::remove_member(&app, &session.actor, id, (org, form.is_ticked("sure"))).await;
    answer(&app, &session, id, form, done).await
}

/// Adds a turn.
pub async fn add_turn(State(app): State<App>, Id(id): Id<ProgrammeId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::ManageProgrammes)?;
    let duty = read_turn(&mut form);
    let done = match duty.filter(|_| form.faults.0.is_empty()) {
        Some(duty) => or_before(act::add_turn(&app, &session.actor, id, &duty).await).map(drop),
        None => Err(Error::Refused(form.faults.clone())),
    };
    answer(&app, &session, id, form, done).await
}

fn read_turn(form: &mut Form) -> Option<Duty> {
    let org = form.id::<OrgId>("org");
    let beds = form.count("beds");
    form.faults.check(beds <= 99, "beds", Fault::MoreThan { max: 99 });
    let (from, to) = (read_time(form, "opens"), read_time(form, "closes"));
    let day = form.optional_day("day");
    let weekday = DAYS.iter().find(|(code, ..)| *code == form.text("weekday")).and_then(|(.., weekday)| *weekday);
    let on = day.map(On::Date).or(weekday.map(On::Weekday)).unwrap_or(On::Daily);
    let mut bound = |field| form.optional_day(field).filter(|_| day.is_none());
    let (valid_from, valid_to) = (bound("valid_from"), bound("valid_to"));
    Some(Duty { org: org?, on, from, to, beds: beds.unsigned_abs(), valid_from, valid_to })
}

/// Takes a turn out.
pub async fn remove_turn(
    State(app): State<App>,
    Id((id, turn)): Id<(ProgrammeId, DutyId)>,
    Posted { session, form }: Posted,
) -> Answer {
    let done = act::remove_turn(&app, &session.actor, id, turn).await;
    answer(&app, &session, id, form, done).await
}

pub(super) fn read_time(form: &mut Form, field: &str) -> NaiveTime {
    let time = wareki::parse_time(form.text(field));
    form.faults.check(time.is_ok(), field, Fault::NotATime);
    time.unwrap_or_default()
}

/// Back to the page; with what was typed and what is wrong with it, where it was refused.
pub(super) async fn answer(app: &App, session: &Session, id: ProgrammeId, mut form: Form, done: Result<()>) -> Answer {
    match done {
        Ok(()) => {
            let month =
                form.text(MONTH).parse().map_or_else(|_| String::new(), |month: Month| format!("month={month}&"));
            Ok(Redirect::to(&format!("/programmes/{id}/desk?{month}done=saved")).into_response())
        }
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            let desk = Desk::open(app, session, id, form.text(MONTH)).await?;
            Ok(refused(desk.page(app, session, &form, "")))
        }
        Err(error) => Err(error.into()),
    }
}

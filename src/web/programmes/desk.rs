//! The desk's page of a programme: which hospitals take part, and the rota, typed turn by turn or pasted for a month.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::{NaiveTime, Weekday};
use maud::{Markup, html};

use crate::actions::programmes as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::fault::Fault;
use crate::domain::programme::written::{self, Wrong};
use crate::domain::programme::{Duty, On, ahead};
use crate::domain::wareki;
use crate::error::{Error, Result, or_before};
use crate::id::{DutyId, OrgId, ProgrammeId};
use crate::store::programmes::{self, Candidate, Kept, Member, Turn};
use crate::store::region;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Field, Look, actions, button, pair, post, post_button};
use crate::web::ui::panel::{head, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};

const PHONE_MAX: usize = 20;
/// A pasted rota isn't longer than this, in characters.
const ROTA_MAX: usize = 100_000;

/// What the page stands on.
struct Desk {
    kept: Kept,
    members: Vec<Member>,
    candidates: Vec<Candidate>,
    rota: Vec<Turn>,
    on_duty: Vec<OrgId>,
    holidays: Holidays,
}

impl Desk {
    async fn open(app: &App, session: &Session, id: ProgrammeId) -> Result<Self> {
        session.actor.scope(Permission::ManageProgrammes)?;
        let network = session.actor.network();
        let now = app.clock.now();
        let mut tx = app.look().await?;
        let rota = programmes::rota(&mut tx, network, Some(id), act::since(now)).await?;
        let duties: Vec<_> = rota.iter().map(|turn| turn.duty).collect();
        let ahead = ahead(&duties, now).into_iter().filter(|(day, duty)| duty.span(*day).0 <= now);
        Ok(Self {
            kept: programmes::find(&mut tx, network, id).await?,
            members: programmes::members(&mut tx, network, Some(id)).await?,
            candidates: programmes::candidates(&mut tx, network).await?,
            on_duty: ahead.map(|(_, duty)| duty.org).collect(),
            rota,
            holidays: region::holidays(&mut tx).await?,
        })
    }

    fn name(&self, org: OrgId) -> &str {
        self.members.iter().find(|member| member.org_id == org).map_or("", |member| &member.org_name)
    }

    fn page(&self, app: &App, session: &Session, form: &Form, done: &str) -> Markup {
        let id = self.kept.id;
        let shown = Shown::new(form);
        let lead = html! { a href=(format!("/programmes/{id}")) { "事業のページへ戻る" } };
        let body = html! {
            (head(&self.kept.rules.name, "病院と当番", &lead, &html! {}))
            (shown.summary())
            (panel("hospitals", "受け入れる病院", &self.hospitals(session, &shown)))
            (panel("turns", "当番", &self.turns(session)))
            @if !self.members.is_empty() {
                (panel("turn", "当番を足す", &self.turn_form(session, &shown)))
                (panel("paste", "表から当番を取り込む", &self.paste_form(session, &shown)))
            }
        };
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
        let turns = self.rota.iter().filter(|turn| turn.duty.org == org).count();
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

    fn turns(&self, session: &Session) -> Markup {
        let id = self.kept.id;
        let rows: Vec<_> = self
            .rota
            .iter()
            .map(|turn| {
                let duty = &turn.duty;
                let remove = format!("/programmes/{id}/turns/{}/remove", turn.id);
                vec![
                    html! { (when(duty, &self.holidays)) },
                    html! { (hours(duty)) },
                    html! { (self.name(duty.org)) },
                    html! { (duty.beds) "床" },
                    post_button(Look::Quiet, &remove, &session.form_token, "消す"),
                ]
            })
            .collect();
        let table = Table {
            caption: "当番（日付のあるものは、その日だけ曜日の当番に代わります）",
            columns: &["いつ", "時間", "病院", "床数", "操作"],
            empty: "まだ当番がありません。",
            dense: true,
        };
        table.show(&rows)
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

    fn paste_form(&self, session: &Session, shown: &Shown<'_>) -> Markup {
        let lines = self.members.first().map_or("", |member| member.org_name.as_str());
        post(
            &format!("/programmes/{}/rota", self.kept.id),
            &session.form_token,
            &html! {
                p { "表計算の「日付・病院・時間・床数」の列を、そのまま貼り付けてください。貼り付けた最初の日から最後の日までの、日付の当番が入れ替わります。読めない行があれば、何も変えずにお知らせします。" }
                p { "例：" code { "2026/12/1," (lines) ",9:00-17:00,1" } }
                (shown.field("rota", "当番の表").required().textarea(8))
                (actions(&button(Look::Secondary, "取り込む")))
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

fn hours(duty: &Duty) -> String {
    let time = |time: NaiveTime| time.format("%-H:%M").to_string();
    match duty {
        Duty { from, to, .. } if from == to && *from == NaiveTime::MIN => "終日".into(),
        Duty { from, to, .. } if from < to => format!("{}〜{}", time(*from), time(*to)),
        Duty { from, to, .. } => format!("{}〜翌{}", time(*from), time(*to)),
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
    Query(asked): Query<Done>,
) -> Answer {
    let desk = Desk::open(&app, &session, id).await?;
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
    let mut time = |field| {
        let time = wareki::parse_time(form.text(field));
        form.faults.check(time.is_ok(), field, Fault::NotATime);
        time.unwrap_or_default()
    };
    let (from, to) = (time("opens"), time("closes"));
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

/// Writes the dates of a pasted table anew.
pub async fn write_rota(
    State(app): State<App>,
    Id(id): Id<ProgrammeId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    let desk = Desk::open(&app, &session, id).await?;
    let text = form.paragraph("rota", ROTA_MAX);
    let hospitals: Vec<_> = desk.members.iter().map(|member| (member.org_id, member.org_name.as_str())).collect();
    let done = match written::read(&text, &hospitals, day_of(app.clock.now())) {
        Ok(duties) if form.faults.0.is_empty() => act::write_dates(&app, &session.actor, id, &duties).await.map(drop),
        Ok(_) => Err(Error::Refused(form.faults.clone())),
        Err(wrong) => Err(Error::refused("rota", Fault::NotRota { lines: lines(&wrong) })),
    };
    answer(&app, &session, id, form, done).await
}

/// The first lines that can't be read, in words.
fn lines(wrong: &[(usize, Wrong)]) -> String {
    const SHOWN: usize = 10;
    let said = wrong.iter().take(SHOWN).map(|(line, wrong)| match wrong {
        Wrong::Day(text) => format!("{line}行目：日付「{text}」"),
        Wrong::Past(day) => format!("{line}行目：過ぎた日（{}）", wareki::plain(*day)),
        Wrong::Hospital(name) => format!("{line}行目：この事業にない病院「{name}」"),
        Wrong::Hours(text) => format!("{line}行目：時間「{text}」"),
        Wrong::Beds(text) => format!("{line}行目：床数「{text}」"),
        Wrong::Twice => format!("{line}行目：同じ当番が2回"),
        Wrong::Overlaps(other) => format!("{line}行目：同じ病院の{other}行目と時間が重なる"),
        Wrong::TooLong => format!("{}行を超えています", written::LINES_MAX),
        Wrong::Empty => "表が空です".into(),
    });
    let mut said: Vec<_> = said.collect();
    if wrong.len() > SHOWN {
        said.push(format!("ほか{}行", wrong.len() - SHOWN));
    }
    said.join("、")
}

/// Back to the page; with what was typed and what is wrong with it, where it was refused.
async fn answer(app: &App, session: &Session, id: ProgrammeId, mut form: Form, done: Result<()>) -> Answer {
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/programmes/{id}/desk?done=saved")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            let desk = Desk::open(app, session, id).await?;
            Ok(refused(desk.page(app, session, &form, "")))
        }
        Err(error) => Err(error.into()),
    }
}

//! The form for contact data, hours, ケアマネタイム and designations. From its first use on, no import changes them any more.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, NaiveDate};
use maud::{Markup, html};

use crate::actions::orgs::{self as act, OrgChange};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, NotADay, OrgCalendar};
use crate::domain::fault::Fault;
use crate::domain::fax;
use crate::domain::geo::{self, Point};
use crate::domain::open_data::Source;
use crate::domain::org::{self, CareManagerHours, Channel, Contact, Designation, OrgKind};
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::store::orgs::{self, Area, Naming, Org};
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, hidden_field, pair, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::head;
use crate::web::week::Week;
use crate::web::{Answer, ok, refused};

const LINE_MAX: usize = 200;
const NOTE_MAX: usize = 1000;
const OPEN: Week = Week(["open_mon", "open_tue", "open_wed", "open_thu", "open_fri", "open_sat", "open_sun"]);
const CALLS: Week = Week(["calls_mon", "calls_tue", "calls_wed", "calls_thu", "calls_fri", "calls_sat", "calls_sun"]);

/// The form as things stand.
pub async fn edit(State(app): State<App>, session: Session, Id(id): Id<OrgId>) -> Answer {
    session.actor.steward(id)?;
    let sheet = load(&app, &session, id).await?;
    let form = filled(&app, &session, &sheet).await?;
    ok(sheet.page(&app, &session, &form))
}

/// Saves it.
pub async fn save(State(app): State<App>, Id(id): Id<OrgId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.steward(id)?;
    let sheet = load(&app, &session, id).await?;
    let today = calendar::day_of(app.clock.now());
    let read = sheet.read(&mut form, today)?;
    let result = match (read, form.faults.0.is_empty()) {
        (Some(change), true) => act::change(&app, &session.actor, id, &change).await,
        _ => Err(Error::Refused(std::mem::take(&mut form.faults))),
    };
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/organisations/{id}?done=saved")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(sheet.page(&app, &session, &form)))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// What the form stands on.
struct Sheet {
    org: Org,
    areas: Vec<Area>,
}

async fn load(app: &App, session: &Session, id: OrgId) -> Result<Sheet> {
    let mut tx = app.look().await?;
    Ok(Sheet { org: orgs::find(&mut tx, id).await?, areas: orgs::areas(&mut tx, session.actor.network()).await? })
}

/// The form with what is known.
async fn filled(app: &App, session: &Session, sheet: &Sheet) -> Result<Form> {
    let (org, contact, network) = (&sheet.org, sheet.org.contact()?, session.actor.network());
    let mut tx = app.look().await?;
    let calls = orgs::care_manager_hours(&mut tx, network, &[org.id]).await?.remove(&org.id).unwrap_or_default();
    let designations = orgs::designations(&mut tx, network, org.id).await?;
    let today = calendar::day_of(app.clock.now());
    let naming = org.naming();
    let degrees = |read: fn(Point) -> f64| naming.place.map(|place| read(place).to_string()).unwrap_or_default();
    let (latitude, longitude) = (degrees(Point::latitude), degrees(Point::longitude));
    let mut form = Form::of([
        ("seen", org.changed_at.timestamp_micros().to_string()),
        ("phone", contact.phone),
        ("fax", contact.fax),
        ("mail", contact.mail),
        ("url", contact.url),
        ("channel", contact.preferred_channel.code().into()),
        ("holidays", if contact.calendar.holidays_closed { "closed" } else { "open" }.into()),
        ("closed_days", calendar::write_days(contact.calendar.closed_days.range(today..))),
        ("hours_note", contact.hours_note),
        ("calls_person", calls.contact_person),
        ("calls_method", calls.method),
        ("calls_note", calls.note),
        ("member", if org.network_member { "yes" } else { "" }.into()),
        ("kind", naming.kind.code().into()),
        ("name", naming.name),
        ("name_kana", naming.name_kana),
        ("address", naming.address),
        ("municipality", naming.municipality_name),
        ("area", naming.area_code),
        ("latitude", latitude),
        ("longitude", longitude),
    ]);
    OPEN.fill(&mut form, &contact.calendar.weekly);
    CALLS.fill(&mut form, &calls.weekly);
    for designation in designations {
        form.also("designation", designation.code());
    }
    Ok(form)
}

/// A FAX number as it is dialled, or what was typed, with its fault.
fn read_fax(form: &mut Form) -> String {
    let typed = form.line("fax", LINE_MAX);
    fax::read(&typed).unwrap_or_else(|fault| {
        form.faults.add("fax", fault);
        typed
    })
}

impl Sheet {
    /// Reads the whole form, so that every fault is told at once.
    fn read(&self, form: &mut Form, today: NaiveDate) -> Result<Option<OrgChange>> {
        let org = &self.org;
        let before = org.contact()?.calendar;
        let (weekly, calls) = (OPEN.read(form), CALLS.read(form));
        let entered = calendar::read_days(form.text("closed_days"));
        let entered = entered.unwrap_or_else(|NotADay(line)| {
            form.faults.add("closed_days", Fault::NotDays { line });
            [].into()
        });
        let channel = form.code::<Channel>("channel");
        let contact = channel.map(|preferred_channel| Contact {
            phone: form.line("phone", LINE_MAX),
            fax: read_fax(form),
            mail: form.line("mail", LINE_MAX),
            url: form.line("url", LINE_MAX),
            preferred_channel,
            calendar: OrgCalendar {
                weekly,
                holidays_closed: form.text("holidays") != "open",
                closed_days: org::closed_days(&before, entered, today),
                extra_open: before.extra_open,
            },
            hours_note: form.line("hours_note", NOTE_MAX),
        });
        let care_manager_hours = CareManagerHours {
            weekly: calls,
            contact_person: form.line("calls_person", LINE_MAX),
            method: form.line("calls_method", LINE_MAX),
            note: form.line("calls_note", LINE_MAX),
        };
        let naming = if org.source == Source::Manual { self.read_naming(form) } else { Some(org.naming()) };
        let seen = form.text("seen").parse().ok().and_then(DateTime::from_timestamp_micros);
        let (Some(contact), Some(naming)) = (contact, naming) else { return Ok(None) };
        if let Err(faults) = contact.check() {
            form.faults.0.extend(faults.0);
        }
        Ok(Some(OrgChange {
            contact,
            naming,
            care_manager_hours,
            designations: form.codes("designation").collect(),
            member: form.is_ticked("member"),
            seen: seen.unwrap_or_default(),
        }))
    }

    fn read_naming(&self, form: &mut Form) -> Option<Naming> {
        let (kind, name) = (form.code::<OrgKind>("kind"), form.required("name", LINE_MAX));
        let area_code = form.text("area").to_owned();
        let known = area_code.is_empty() || self.areas.iter().any(|area| area.code == area_code);
        form.faults.check(known, "area", Fault::NotAChoice);
        let place = geo::read(form.text("latitude"), form.text("longitude")).unwrap_or_else(|fault| {
            form.faults.add("latitude", fault);
            None
        });
        Some(Naming {
            kind: kind?,
            name,
            name_kana: form.line("name_kana", LINE_MAX),
            address: form.line("address", LINE_MAX),
            municipality_name: form.line("municipality", LINE_MAX),
            area_code,
            place,
        })
    }

    fn page(&self, app: &App, session: &Session, form: &Form) -> Markup {
        let shown = Shown::new(form);
        let back = format!("/organisations/{}", self.org.id);
        let body = html! {
            (head(self.org.kind.label(), &format!("{}の連絡先を変更", self.org.name), &html! {}, &html! {}))
            (post(&format!("{back}/edit"), &session.form_token, &html! {
                (hidden_field("seen", shown.value("seen")))
                (shown.summary())
                @if self.org.source == Source::Manual { (self.naming(&shown)) }
                (reach(&shown))
                (open(&shown))
                @if self.org.kind.keeps_care_manager_hours() { (calls(&shown)) (designations(&shown, form)) }
                @if session.actor.may(Permission::ManageDirectory) { (member(&shown)) }
                (actions(&html! { (button(Look::Primary, "保存する")) (button_link(Look::Quiet, &back, "やめる")) }))
            }))
        };
        layout::page(app, session, Menu::Organisations, "連絡先の変更", "", &body)
    }

    fn naming(&self, shown: &Shown<'_>) -> Markup {
        let kinds: Vec<_> = OrgKind::ALL.iter().map(|kind| (kind.code(), kind.label())).collect();
        let areas = self.areas.iter().map(|area| (area.code.as_str(), area.name.as_str()));
        let areas: Vec<_> = std::iter::once(("", "未設定")).chain(areas).collect();
        html! {
            h2 { "名称と所在地" }
            (pair(&html! {
                (shown.field("name", "名称").required().text())
                (shown.field("name_kana", "かな").text())
                (shown.field("kind", "種別").select(&kinds))
                (shown.field("area", "二次医療圏").select(&areas))
                (shown.field("municipality", "区市町村").text())
            }))
            (shown.field("address", "所在地").text())
            (pair(&html! {
                (shown.field("latitude", "緯度").hint("例：35.6586。地図の「緯度, 経度」をそのまま貼り付けてもかまいません").text())
                (shown.field("longitude", "経度").hint("例：139.7454。空床情報の距離と地図に使います").text())
            }))
        }
    }
}

fn reach(shown: &Shown<'_>) -> Markup {
    let channels: Vec<_> = Channel::ALL.iter().map(|channel| Choice::new(channel.code(), channel.label())).collect();
    html! {
        h2 { "連絡先" }
        (pair(&html! {
            (shown.field("phone", "電話").tel())
            (shown.field("fax", "FAX").tel())
            (shown.field("mail", "メール").email())
            (shown.field("url", "ホームページ").text())
        }))
        (shown.field("channel", "希望する連絡方法").required().hint("招待やお知らせをこの方法で届けます").radio_row(&channels))
    }
}

fn open(shown: &Shown<'_>) -> Markup {
    let holidays = [Choice::new("closed", "休み"), Choice::new("open", "通常どおり")];
    html! {
        h2 { "開いている時間" }
        p.field__hint { "例：9:00-12:00 15:00-18:00。休みの曜日は空けておきます。すべて空なら平日9:00〜17:00とみなします。" }
        (OPEN.show(shown))
        (shown.field("holidays", "祝日・年末年始").radio_row(&holidays))
        (shown.field("closed_days", "臨時の休み").hint("1行に1つ。例：2026/8/13〜2026/8/16").textarea(3))
        (shown.field("hours_note", "時間についての補足").textarea(2))
    }
}

fn calls(shown: &Shown<'_>) -> Markup {
    html! {
        h2 { "ケアマネタイム" }
        p.field__hint { "ケアマネジャーからの相談を医師が受ける時間です。例：13:00-13:30" }
        (CALLS.show(shown))
        (pair(&html! {
            (shown.field("calls_person", "窓口の担当者").text())
            (shown.field("calls_method", "方法").hint("例：電話、FAX").text())
        }))
        (shown.field("calls_note", "補足").text())
    }
}

fn designations(shown: &Shown<'_>, form: &Form) -> Markup {
    let choices: Vec<_> = Designation::ALL.iter().map(|code| Choice::new(code.code(), code.label())).collect();
    let chosen: Vec<_> = form.texts("designation").collect();
    shown.field("designation", "届出・指定").checks(&choices, &chosen)
}

fn member(shown: &Shown<'_>) -> Markup {
    let choice = [Choice::new("yes", "参加機関")];
    shown.field("member", "このネットワーク").checks(&choice, &[shown.value("member")])
}

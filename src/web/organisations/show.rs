//! One organisation: how to reach it, when, and who says so.

use axum::extract::State;
use maud::{Markup, html};

use super::{calls, lines, notices, week};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, Holidays, OrgCalendar};
use crate::domain::fax::NumberStanding;
use crate::domain::notice::Switches;
use crate::domain::open_data::Source;
use crate::domain::org::{CareManagerHours, Contact, Designation, OrgKind};
use crate::domain::wareki;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::fax::book;
use crate::store::orgs::{self, Org};
use crate::store::{region, switches};
use crate::web::layout::{self, Menu};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::{Tone, mark};
use crate::web::ui::form::Look;
use crate::web::ui::link::{button_link, tel};
use crate::web::ui::panel::{columns, facts, head, panel};
use crate::web::{Answer, ok};

/// What the page shows.
struct Sheet {
    org: Org,
    contact: Contact,
    care_manager_hours: CareManagerHours,
    designations: Vec<Designation>,
    /// How the FAX number stands and where it is confirmed, for those who confirm it.
    fax: Option<(NumberStanding, String)>,
    /// What it has switched off.
    off: Switches,
    holidays: Holidays,
    today: chrono::NaiveDate,
}

/// The page.
pub async fn show(State(app): State<App>, session: Session, Id(id): Id<OrgId>, Query(asked): Query<Done>) -> Answer {
    let sheet = load(&app, &session, id).await?;
    let may_edit = session.actor.steward(id).is_ok();
    let edit = html! {
        @if may_edit {
            (button_link(Look::Secondary, &format!("/organisations/{id}/edit"), "変更する"))
            (button_link(Look::Secondary, &format!("/organisations/{id}/notices"), "お知らせの受け取り"))
        }
    };
    let lead = html! { @if !sheet.org.name_kana.is_empty() { span { (sheet.org.name_kana) } } @if sheet.org.network_member { span { "参加機関" } } };
    let body = html! {
        (head(sheet.org.kind.label(), &sheet.org.name, &lead, &edit))
        (columns(&html! { (reach(&sheet)) (about(&sheet)) }, &html! { (care_manager_hours(&sheet)) (open(&sheet)) }))
        (source(&sheet))
    };
    ok(layout::page(&app, &session, Menu::Organisations, &sheet.org.name, &asked.done, &body))
}

async fn load(app: &App, session: &Session, id: OrgId) -> Result<Sheet> {
    let network = session.actor.network();
    let mut tx = app.look().await?;
    let org = orgs::find(&mut tx, id).await?;
    let confirms = session.actor.may(Permission::ConfirmFax) && org.fax.is_some();
    let number = if confirms { book::current(&mut tx, network, id).await? } else { None };
    let standing = number.map_or(NumberStanding::Unread, |number| number.standing());
    Ok(Sheet {
        fax: confirms.then(|| (standing, format!("/organisations/{id}/fax"))),
        contact: org.contact()?,
        care_manager_hours: orgs::care_manager_hours(&mut tx, network, &[id]).await?.remove(&id).unwrap_or_default(),
        designations: orgs::designations(&mut tx, network, id).await?,
        off: switches::off(&mut tx, id).await?,
        holidays: region::holidays(&mut tx).await?,
        today: calendar::day_of(app.clock.now()),
        org,
    })
}

fn reach(sheet: &Sheet) -> Markup {
    let (org, contact) = (&sheet.org, &sheet.contact);
    let mut list = vec![
        ("電話", html! { @if contact.phone.is_empty() { "登録されていません" } @else { (tel(&contact.phone)) } }),
        ("FAX", fax(sheet)),
        ("メール", mail(sheet)),
        ("希望する連絡方法", html! { (contact.preferred_channel.label()) }),
        ("所在地", known(&org.address)),
    ];
    if !contact.url.is_empty() {
        list.push(("ホームページ", html! { a href=(contact.url) rel="noreferrer" { (contact.url) } }));
    }
    if !sheet.off.is_empty() {
        let names: Vec<_> = sheet.off.kinds().map(notices::name).collect();
        list.push(("受け取らないお知らせ", html! { (names.join("、")) }));
    }
    panel("reach", "連絡先", &facts(&list))
}

/// The address, and whether what goes there comes back.
fn mail(sheet: &Sheet) -> Markup {
    let lost = sheet.org.mail_lost_at.map(|at| wareki::table(calendar::day_of(at), &sheet.holidays));
    html! {
        (known(&sheet.contact.mail))
        @if let Some(day) = lost {
            " " (mark(Tone::Stop, "届いていません"))
            p { (day) "にメールが戻ってきたため、ほかの方法で連絡しています。アドレスを確かめて保存すると、またメールで送ります。" }
        }
    }
}

/// The number, and whether sheets may go there.
fn fax(sheet: &Sheet) -> Markup {
    html! {
        (known(&sheet.contact.fax))
        @if let Some((standing, href)) = &sheet.fax { " " a href=(href) { (standing.label()) } }
    }
}

fn known(text: &str) -> Markup {
    html! { @if text.is_empty() { "—" } @else { (text) } }
}

fn about(sheet: &Sheet) -> Markup {
    let org = &sheet.org;
    let mut list = Vec::new();
    if !sheet.designations.is_empty() {
        let labels: Vec<_> = sheet.designations.iter().map(|designation| designation.label()).collect();
        list.push(("届出・指定", html! { (labels.join("、")) }));
    }
    if let Some(beds) = org.beds {
        list.push(if medical(org.kind) {
            ("病床数", html! { (beds) "床" })
        } else {
            ("定員", html! { (beds) "人" })
        });
    }
    if !org.departments.is_empty() {
        list.push(("診療科目", html! { (org.departments) }));
    }
    if let Some(number) = &org.institution_number {
        list.push(("機関・事業所番号", html! { (number) }));
    }
    html! { @if !list.is_empty() { (panel("about", "機関について", &facts(&list))) } }
}

const fn medical(kind: OrgKind) -> bool {
    matches!(kind, OrgKind::Hospital | OrgKind::ClinicWithBeds | OrgKind::Clinic)
}

fn care_manager_hours(sheet: &Sheet) -> Markup {
    let hours = &sheet.care_manager_hours;
    if hours.is_empty() && !sheet.org.kind.keeps_care_manager_hours() {
        return html! {};
    }
    let how = [("方法", &hours.method), ("窓口", &hours.contact_person), ("備考", &hours.note)];
    panel(
        "care-manager-hours",
        "ケアマネタイム",
        &html! {
            @if hours.is_empty() { p { "登録されていません。先に電話で確認してください。" } }
            @else {
                p { (lines(&calls(hours))) }
                @for (word, text) in how { @if !text.is_empty() { p { (word) "：" (text) } } }
            }
        },
    )
}

fn open(sheet: &Sheet) -> Markup {
    let calendar = &sheet.contact.calendar;
    let told = calendar.weekly.iter().any(|hours| !hours.is_empty());
    // Open data tell the days and no hours that can be trusted.
    let days_only = sheet.org.source != Source::Manual && sheet.org.edited_at.is_none();
    panel(
        "open",
        "開いている日と時間",
        &html! {
            @if !told { p { "登録されていません（平日9:00〜17:00とみなしています）。" } }
            @else if days_only { p { (open_days(calendar)) } }
            @else { p { (lines(&week(&calendar.weekly))) } }
            p { "祝日・年末年始は" @if calendar.holidays_closed { "休み" } @else { "通常どおり" } }
            (closed(sheet))
            @if !sheet.contact.hours_note.is_empty() { p.note { (sheet.contact.hours_note) } }
        },
    )
}

/// 「月〜金（時刻は登録されていません）」.
fn open_days(calendar: &OrgCalendar) -> String {
    let days: Vec<_> = calendar::alike(&calendar.weekly)
        .into_iter()
        .filter(|(_, hours)| !hours.is_empty())
        .map(|(days, _)| days)
        .collect();
    format!("{}（時刻は登録されていません）", days.join("・"))
}

fn closed(sheet: &Sheet) -> Markup {
    let coming: Vec<_> = sheet.contact.calendar.closed_days.range(sheet.today..).copied().take(20).collect();
    let words: Vec<_> = coming.into_iter().map(|day| wareki::table(day, &sheet.holidays)).collect();
    html! { @if !words.is_empty() { p { "臨時の休み：" (words.join("、")) } } }
}

fn source(sheet: &Sheet) -> Markup {
    let entered = sheet.org.edited_at.map(|at| wareki::full(calendar::day_of(at), &sheet.holidays));
    html! {
        p.source {
            @if sheet.org.source != Source::Manual { "出典：" (sheet.org.source.label()) "。加工して掲載。" }
            @if let Some(day) = entered { "連絡先と時間は" (day) "に入力されたものです。" }
            @else if sheet.contact.fax.is_empty() {}
            @else if sheet.org.source != Source::Manual { "FAX番号は未確認です。送る前に電話で確かめてください。" }
        }
    }
}

//! One registration: what its sheet says and said, the exchanges of information, and its end.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::files::wishes;
use super::{due_chip, questions, slip};
use crate::actions::registrations::{self as act, View};
use crate::app::App;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::registration::{EndReason, ExchangeVia, LINE_MAX, Sheet};
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::RegistrationId;
use crate::store::region;
use crate::store::registrations::{Exchanged, Notice, Past, Registration};
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::{Look, actions, button, csrf_field, pair};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::{button_link, tel_inline};
use crate::web::ui::panel::{facts, head, narrow, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};

/// The page.
pub async fn show(
    State(app): State<App>,
    session: Session,
    Id(id): Id<RegistrationId>,
    Query(asked): Query<Done>,
) -> Answer {
    let form = Form::of([("day", day_of(app.clock.now()).to_string())]);
    ok(page(&app, &session, id, &form, &asked.done).await?)
}

async fn page(app: &App, session: &Session, id: RegistrationId, form: &Form, done: &str) -> Result<Markup> {
    let view = act::view(app, &session.actor, id).await?;
    let holidays = region::holidays(&mut app.look().await?).await?;
    let (one, sheet) = (&view.registration, view.registration.sheet()?);
    let today = day_of(app.clock.now());
    let shown = Shown::new(form);
    let is_own = one.org_id == session.actor.org;
    let edit = html! {
        (button_link(Look::Quiet, &format!("/registrations/{id}/sheet.pdf"), "届出を印刷"))
        @if is_own && one.ended_on.is_none() { (button_link(Look::Secondary, &format!("/registrations/{id}/edit"), "内容を直す")) }
    };
    let lead = html! {
        @match one.ended_on {
            Some(on) => { (chip(Tone::Plain, Icon::Dash, one.end_reason.map_or("終了", EndReason::label))) span { (wareki::table(on, &holidays)) " " (one.end_note) } }
            None => { span { "次の情報交換 " } (due_chip(one, today, &holidays)) }
        }
        a href="/registrations" { "一覧へ戻る" }
    };
    let body = html! {
        (head("入院希望登録", &format!("登録番号 {}", one.code), &lead, &edit))
        (shown.summary())
        (panel("sheet", "登録の内容", &about(&view, &sheet, &holidays)))
        @if one.ended_on.is_none() { (panel("exchange", "情報交換を記録する", &record(one, session, &shown))) }
        (panel("exchanges", "これまでの情報交換", &past(&view.exchanges, &holidays)))
        @if !view.notices.is_empty() { (panel("notices", "情報交換のお知らせ", &html! { (slip::press(&view, session)) (told(&view.notices, &holidays)) })) }
        @if !view.changes.is_empty() { (panel("changes", "内容の変更", &changes(&view.changes, sheet, &holidays)?)) }
        @if one.ended_on.is_none() { (panel("end", "登録を終える", &ending(id, session, &shown))) }
    };
    Ok(layout::page(app, session, Menu::Requests, "入院希望登録", done, &narrow(&body)))
}

fn about(view: &View, sheet: &Sheet, holidays: &Holidays) -> Markup {
    let one = &view.registration;
    let phone = |phone: &Option<String>| html! { @if let Some(phone) = phone { "　" (tel_inline(phone)) } };
    facts(&[
        ("患者さん", html! { b { (sheet.patient_name) } "（" (sheet.patient_kana) "）" (sheet.patient_sex.label()) }),
        ("生年月日", html! { (wareki::plain(sheet.patient_born_on)) }),
        ("住所・連絡先", html! { (sheet.address) "　" (sheet.phone) }),
        ("病状など", html! { @for line in sheet.condition.lines() { div { (line) } } }),
        ("在宅の主治医", html! { (one.org_name) (phone(&one.org_phone)) }),
        ("希望する病院", html! { (one.hospital_name) (phone(&one.hospital_phone)) }),
        ("対応できないとき", html! { (sheet.other_1) "　" (sheet.other_2) }),
        ("説明", html! { (wareki::full(sheet.explained_on, holidays)) " " (sheet.explained_by) }),
        ("同意", html! { (sheet.consented_by) }),
        ("登録", html! { (wareki::full(one.registered_on, holidays)) " " (one.registered_by) }),
    ])
}

/// The three questions. A hospital types them from a slip: it doesn't answer itself.
fn record(one: &Registration, session: &Session, shown: &Shown<'_>) -> Markup {
    let is_own = one.org_id == session.actor.org;
    let ways: &[_] = if is_own {
        &[("form", "この画面で"), ("fax_print", "FAXで送った")]
    } else {
        &[("fax_print", "FAXで届いた")]
    };
    html! {
        form.form method="post" action=(format!("/registrations/{}/exchange", one.id)) novalidate {
            (csrf_field(&session.form_token))
            (shown.once())
            (questions::fields(shown))
            (pair(&html! {
                (shown.field("day", "情報交換の日").required().date())
                (shown.field("via", "方法").hint("記録の残らない電話は認められていません").select(ways))
            }))
            @if !is_own { (shown.field("person", "用紙に記入した方").hint("代理入力として、あなたのお名前も残ります").text()) }
            (actions(&button(Look::Primary, "情報交換を記録する")))
        }
    }
}

fn past(exchanges: &[Exchanged], holidays: &Holidays) -> Markup {
    let rows: Vec<_> = exchanges
        .iter()
        .map(|one| {
            let by = match (one.person_name.as_str(), one.entered_by.as_deref()) {
                ("", by) => by.unwrap_or_default().to_owned(),
                (person, None) => person.to_owned(),
                (person, Some(by)) => format!("{person}（代理入力 {by}）"),
            };
            vec![
                html! { (wareki::table(one.exchanged_on, holidays)) },
                html! { (wishes(one.still_wishes)) },
                html! { (one.changes) },
                html! { (one.events) },
                html! { (one.via.label()) " " (by) },
            ]
        })
        .collect();
    let columns = ["日", "入院の希望", "変更", "特記事項", "方法"];
    Table { caption: "新しい順", columns: &columns, empty: "まだありません。", dense: true }.show(&rows)
}

/// What the clinic was told, and what came of that.
fn told(notices: &[Notice], holidays: &Holidays) -> Markup {
    let rows: Vec<_> = notices
        .iter()
        .map(|one| {
            let at = one.sent_at.unwrap_or(one.created_at);
            vec![
                html! { (wareki::table_at(at, holidays)) },
                html! { (one.kind.label()) },
                html! { (one.channel.label()) },
                html! { (one.state.label()) },
            ]
        })
        .collect();
    let columns = ["いつ", "お知らせ", "方法", "状態"];
    Table { caption: "在宅の主治医へ。新しい順", columns: &columns, empty: "", dense: true }.show(&rows)
}

/// What each change has changed: the field, what it said, and what it says.
fn changes(changes: &[Past], sheet: Sheet, holidays: &Holidays) -> Result<Markup> {
    let mut newer = sheet;
    let mut rows = Vec::new();
    for change in changes {
        let before = change.sheet()?;
        let fields = before.differences(&newer);
        rows.push(vec![
            html! { (wareki::table_at(change.at, holidays)) },
            html! { (change.by_name) },
            html! { @for (field, said) in &fields { div { (field) "：" @if said.is_empty() { "（空欄）" } @else { (said) } " から変更" } } },
        ]);
        newer = before;
    }
    let columns = ["いつ", "だれが", "変わったこと"];
    Ok(Table { caption: "新しい順", columns: &columns, empty: "", dense: true }.show(&rows))
}

fn ending(id: RegistrationId, session: &Session, shown: &Shown<'_>) -> Markup {
    let reasons: Vec<_> = EndReason::ALL.iter().map(|reason| (reason.code(), reason.label())).collect();
    html! {
        form.form method="post" action=(format!("/registrations/{id}/end")) novalidate {
            (csrf_field(&session.form_token))
            (Shown::new(&Form::default()).once())
            (pair(&html! {
                (shown.field("ended_on", "終わった日").required().date())
                (shown.field("reason", "理由").required().select(&reasons))
            }))
            (shown.field("note", "補足").text())
            (actions(&button(Look::Secondary, "登録を終える")))
        }
    }
}

async fn after(app: &App, session: &Session, id: RegistrationId, mut form: Form, result: Result<()>) -> Answer {
    match result {
        Ok(()) | Err(Error::Repeated(_)) => {
            Ok(Redirect::to(&format!("/registrations/{id}?done=saved")).into_response())
        }
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(app, session, id, &form, "").await?))
        }
        Err(error) => Err(error.into()),
    }
}

/// Records an exchange.
pub async fn exchange(
    State(app): State<App>,
    Id(id): Id<RegistrationId>,
    Posted { session, mut form }: Posted,
) -> Answer {
    let answers = questions::read(&mut form);
    let (day, via) = (form.day("day"), form.code::<ExchangeVia>("via"));
    let person = form.line("person", LINE_MAX);
    let result = match (answers, day, via) {
        (Some(answers), Some(day), Some(via)) if form.faults.0.is_empty() => {
            act::exchange(&app, &session.actor, id, (&answers, via, &person), day).await
        }
        _ => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, form, result).await
}

/// Ends it.
pub async fn end(State(app): State<App>, Id(id): Id<RegistrationId>, Posted { session, mut form }: Posted) -> Answer {
    let (day, reason) = (form.day("ended_on"), form.code::<EndReason>("reason"));
    let note = form.line("note", LINE_MAX);
    let result = match (day, reason) {
        (Some(day), Some(reason)) if form.faults.0.is_empty() => {
            act::end(&app, &session.actor, id, day, (reason, &note)).await
        }
        _ => Err(Error::Refused(form.faults.clone())),
    };
    after(&app, &session, id, form, result).await
}

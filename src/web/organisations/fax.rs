//! FAX番号の確認: the number in large digits, who vouches for it, and what is left to do before a sheet may go there.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::actions::fax as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::Holidays;
use crate::domain::fax::NumberStanding;
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::id::OrgId;
use crate::print::fax::{self as paper, End};
use crate::store::fax::book::{self, Number};
use crate::store::orgs::{self, Org};
use crate::store::region;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Done, Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::{Tone, mark};
use crate::web::ui::form::{Look, actions, button_to, csrf_field, hidden_field};
use crate::web::ui::link::{button_link, tel};
use crate::web::ui::panel::{facts, head, narrow, panel};
use crate::web::{Answer, ok, refused};

/// What the page shows.
struct Sheet {
    org: Org,
    number: Option<Number>,
    holidays: Holidays,
}

impl Sheet {
    async fn load(app: &App, session: &Session, id: OrgId) -> Result<Self> {
        session.actor.scope(Permission::ConfirmFax)?;
        let mut tx = app.look().await?;
        Ok(Self {
            org: orgs::find(&mut tx, id).await?,
            number: book::current(&mut tx, session.actor.network(), id).await?,
            holidays: region::holidays(&mut tx).await?,
        })
    }

    fn fax(&self) -> &str {
        self.org.fax.as_deref().unwrap_or_default()
    }

    fn standing(&self) -> NumberStanding {
        self.number.as_ref().map_or(NumberStanding::Unread, Number::standing)
    }
}

/// The page.
pub async fn show(State(app): State<App>, session: Session, Id(id): Id<OrgId>, Query(asked): Query<Done>) -> Answer {
    let sheet = Sheet::load(&app, &session, id).await?;
    ok(page(&app, &session, &sheet, &Form::default(), &asked.done))
}

/// Does one step.
pub async fn step(State(app): State<App>, Id(id): Id<OrgId>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::ConfirmFax)?;
    let (actor, seen, step) = (&session.actor, form.text("number"), form.text("step"));
    let (done, result) = match step {
        "enter" => ("fax_entered", act::enter(&app, actor, id, seen).await),
        "confirm" => ("fax_confirmed", act::confirm(&app, actor, id, seen).await),
        "arrived" => ("fax_verified", act::tested(&app, actor, id, seen, true).await),
        "lost" => ("fax_ended", act::tested(&app, actor, id, seen, false).await),
        _ => ("", Err(Error::refused("", crate::domain::fault::Fault::NotAChoice))),
    };
    match result {
        Ok(()) => Ok(Redirect::to(&format!("/organisations/{id}/fax?done={done}")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            let sheet = Sheet::load(&app, &session, id).await?;
            Ok(refused(page(&app, &session, &sheet, &form, "")))
        }
        Err(error) => Err(error.into()),
    }
}

/// The test sheet.
pub async fn test(State(app): State<App>, session: Session, Id(id): Id<OrgId>) -> Answer {
    let sheet = Sheet::load(&app, &session, id).await?;
    if !matches!(sheet.standing(), NumberStanding::ReadTwice | NumberStanding::Verified) {
        return Err(Error::NotFound.into());
    }
    let own = orgs::find(&mut app.look().await?, session.actor.org).await?;
    let text = |value: Option<String>| value.unwrap_or_default();
    let from = End { name: own.name, person: session.actor.name.clone(), phone: text(own.phone), fax: text(own.fax) };
    let to = End { name: sheet.org.name.clone(), fax: sheet.fax().to_owned(), ..End::default() };
    let printed = wareki::full_at(app.clock.now(), &sheet.holidays);
    let pdf = paper::test(&app.press, &to, &from, &printed).await?;
    Ok(([(header::CONTENT_TYPE, "application/pdf")], pdf).into_response())
}

fn page(app: &App, session: &Session, sheet: &Sheet, form: &Form, done: &str) -> Markup {
    let back = format!("/organisations/{}", sheet.org.id);
    let body = html! {
        (head(&sheet.org.name, "FAX番号の確認", &html! {}, &html! { a href=(back) { "連絡先へ" } }))
        (Shown::new(form).summary())
        p { "間違った番号へ送ると、患者さんのことが他人に伝わります。2人が番号を読み合わせ、試験送信が届いた番号にだけ送れます。" }
        @if sheet.fax().is_empty() {
            (panel("number", "番号", &html! { p { "FAX番号が登録されていません。連絡先の「変更する」から入力してください。" } }))
        } @else {
            (panel("number", "番号", &html! {
                p.bignumber { (sheet.fax()) " " (mark(tone(sheet.standing()), sheet.standing().label())) }
                (who(sheet))
            }))
            (next(session, sheet))
        }
    };
    layout::page(app, session, Menu::Organisations, "FAX番号の確認", done, &narrow(&body))
}

const fn tone(standing: NumberStanding) -> Tone {
    match standing {
        NumberStanding::Verified => Tone::Good,
        _ => Tone::Warn,
    }
}

/// Who vouches for it.
fn who(sheet: &Sheet) -> Markup {
    let Some(number) = &sheet.number else { return html! { p { "まだだれも確かめていません。" } } };
    let by = |name: &str, at| html! { (name) " " small { (wareki::full_at(at, &sheet.holidays)) } };
    let mut list = vec![("1人目（入力・読み上げ）", by(&number.entered_name, number.entered_at))];
    if let (Some(name), Some(at)) = (&number.confirmed_name, number.confirmed_at) {
        list.push(("2人目（読み合わせ）", by(name, at)));
    }
    if let (Some(name), Some(at)) = (&number.tested_name, number.tested_at) {
        list.push(("試験送信の受領", by(name, at)));
    }
    facts(&list)
}

/// What is left to do.
fn next(session: &Session, sheet: &Sheet) -> Markup {
    let is_first = sheet.number.as_ref().is_some_and(|number| number.entered_by == session.actor.account);
    let phone = html! { @if let Some(phone) = &sheet.org.phone { (tel(phone)) } };
    match sheet.standing() {
        NumberStanding::Unread => panel(
            "next",
            "つぎにすること",
            &html! {
                p { "先方に電話し、番号を1桁ずつ読み合わせてください。" }
                (phone)
                (form(session, sheet, &button_to(Look::Primary, "step", "enter", "電話で読み合わせた（1人目）")))
            },
        ),
        NumberStanding::ReadOnce if is_first => panel(
            "next",
            "つぎにすること",
            &html! {
                p { "あなたが1人目です。もう1人の方に、この画面を開いて読み合わせてもらってください。" }
            },
        ),
        NumberStanding::ReadOnce => panel(
            "next",
            "つぎにすること",
            &html! {
                p { "名刺・書類・電話のどれかと、番号を1桁ずつ読み合わせてください。" }
                (phone)
                (form(session, sheet, &button_to(Look::Primary, "step", "confirm", "読み合わせて確認")))
            },
        ),
        NumberStanding::ReadTwice => panel(
            "next",
            "つぎにすること",
            &html! {
                p { "試験送信票を印刷して送り、届いたことを電話で確かめてください。" }
                (actions(&button_link(Look::Secondary, &format!("/organisations/{}/fax/test.pdf", sheet.org.id), "試験送信票を印刷する")))
                (phone)
                (form(session, sheet, &html! {
                    (button_to(Look::Primary, "step", "arrived", "届いたと確認した"))
                    (button_to(Look::Danger, "step", "lost", "届かなかった"))
                }))
            },
        ),
        NumberStanding::Verified => {
            html! { p { "この番号へFAXを送れます。番号が変わったときは、連絡先を直すと、確認が初めからになります。" } }
        }
    }
}

fn form(session: &Session, sheet: &Sheet, buttons: &Markup) -> Markup {
    html! {
        form.form method="post" action=(format!("/organisations/{}/fax", sheet.org.id)) {
            (csrf_field(&session.form_token))
            (hidden_field("number", sheet.fax()))
            (actions(buttons))
        }
    }
}

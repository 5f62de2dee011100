//! The table of national holidays, to be pasted from the Cabinet Office's file. Years that it lacks follow from the law.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use chrono::{Datelike, NaiveDate};
use maud::{Markup, html};

use crate::actions::region as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, Holidays};
use crate::domain::wareki;
use crate::error::{Error, Result};
use crate::store::region;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Look, actions, button, button_to, post};
use crate::web::ui::panel::{head, narrow, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};

/// Where the table is published.
const SOURCE: &str = "https://www8.cao.go.jp/chosei/shukujitsu/syukujitsu.csv";

/// The button that throws the table away.
const BY_LAW: &str = "by_law";

/// The coming holidays, and the form for a new table.
pub async fn holidays(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    session.actor.scope(Permission::ManageRegion)?;
    let done = Form::parse(query.unwrap_or_default().as_bytes()).text("done").to_owned();
    ok(page(&app, &session, &Form::default(), &done).await?)
}

/// Takes a new table.
pub async fn take_holidays(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    let done = if form.is_ticked(BY_LAW) {
        act::holidays_by_law(&app, &session.actor).await
    } else {
        act::take_holidays(&app, &session.actor, form.text("table")).await
    };
    match done {
        Ok(()) => Ok(Redirect::to("/admin/holidays?done=saved").into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &form, "").await?))
        }
        Err(error) => Err(Failure(error)),
    }
}

async fn page(app: &App, session: &Session, form: &Form, done: &str) -> Result<Markup> {
    let today = calendar::day_of(app.clock.now());
    let mut tx = app.look().await?;
    let coming = region::holidays_from(&mut tx, today).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let shown = Shown::new(form);
    let body = html! {
        (head("管理", "祝日", &html! { "休みの日には知らせを送らず、営業日に数えません" }, &html! {}))
        (panel("coming", "取り込んだ祝日", &table(&coming, &holidays)))
        @if !coming.is_empty() {
            (post("/admin/holidays", &session.form_token, &html! {
                p { "取り込んだ表を消すと、法律の規定（国民の祝日に関する法律）から計算します。" }
                (button_to(Look::Secondary, BY_LAW, "yes", "法律からの計算に戻す"))
            }))
        }
        (post("/admin/holidays", &session.form_token, &html! {
            (shown.summary())
            p { "内閣府の「国民の祝日」CSVの中身をすべて貼り付けます。表は丸ごと入れ替わります。" a href=(SOURCE) rel="noreferrer" { "配布元" } }
            (shown.field("table", "CSVの中身").required().hint("1行目が「国民の祝日・休日月日,国民の祝日・休日名称」のもの").textarea(8))
            (actions(&button(Look::Primary, "入れ替える")))
        }))
    };
    Ok(layout::page(app, session, Menu::Admin, "祝日", done, &narrow(&body)))
}

fn table(coming: &[(NaiveDate, String)], holidays: &Holidays) -> Markup {
    let rows: Vec<_> = coming
        .iter()
        .map(|(day, name)| vec![html! { (day.year()) "年 " (wareki::table(*day, holidays)) }, html! { (name) }])
        .collect();
    let empty = "表はまだありません。法律の規定（国民の祝日に関する法律）から計算しています。";
    Table { caption: "今日から先", columns: &["日", "名前"], empty, dense: true }.show(&rows)
}

//! Accounts: who there is, and one account with its roles and tokens. A new password is shown once, on the page that made it.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use chrono::{DateTime, Utc};
use maud::{Markup, html};
use serde::Deserialize;

use super::roles;
use crate::actions::staff as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, Holidays};
use crate::domain::wareki;
use crate::error::Error;
use crate::id::{AccountId, TokenId};
use crate::store::region;
use crate::store::sessions::{self, Token};
use crate::store::staff::{self, PAGE, Row};
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::{Id, Query};
use crate::web::session::Session;
use crate::web::ui::chip::{Tone, chip};
use crate::web::ui::form::{Look, button, get, post_button};
use crate::web::ui::icon::Icon;
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{facts, head, narrow, pager, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok};

/// The accounts.
pub async fn list(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    let scope = session.actor.scope(Permission::ManageStaff)?;
    let asked = Form::parse(query.unwrap_or_default().as_bytes());
    let page: u32 = asked.text("page").parse().unwrap_or(1).clamp(1, 10_000);
    let words: String = asked.text("q").chars().take(100).collect();
    let found = staff::list(&mut app.look().await?, scope, &words, i64::from(page - 1) * PAGE).await?;
    let mut people: Vec<_> = found.chunk_by(|one, other| one.id == other.id).collect();
    let size = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = people.len() > size;
    people.truncate(size);
    let query: String = form_urlencoded::byte_serialize(words.as_bytes()).collect();
    let body = html! {
        (head("管理", "利用者", &html! {}, &button_link(Look::Primary, "/admin/staff/new", "利用者を登録")))
        (search(&asked))
        section.panel aria-label="利用者" {
            (table(&people, app.clock.now()))
            (pager(page, more, |page| format!("/admin/staff?q={query}&page={page}")))
        }
    };
    ok(layout::page(&app, &session, Menu::Admin, "利用者", asked.text("done"), &body))
}

fn search(asked: &Form) -> Markup {
    let shown = Shown::new(asked);
    html! {
        section.panel aria-label="検索" {
            (get("/admin/staff", &html! {
                div.search {
                    (shown.field("q", "氏名・かな・ID・機関").text())
                    (button(Look::Secondary, "検索"))
                }
            }))
        }
    }
}

fn table(people: &[&[Row]], now: DateTime<Utc>) -> Markup {
    let rows: Vec<_> = people
        .iter()
        .filter_map(|rows| {
            let person = rows.first()?;
            Some(vec![
                html! { a href=(format!("/admin/staff/{}", person.id)) { (person.name) } small { (person.login) } },
                html! { (person.licence.label()) },
                works(rows),
                state(person, now),
            ])
        })
        .collect();
    let columns = &["氏名・ID", "資格", "所属・役割", "状態"];
    Table {
        caption: "利用者（かなの順、停止中は最後）", columns, empty: "見つかりません。", dense: false
    }
    .show(&rows)
}

/// Where somebody works and as what.
fn works(rows: &[Row]) -> Markup {
    let places = rows.iter().filter_map(|row| Some((row.org_name.as_deref()?, row.role?.label())));
    html! { span { @for (org, role) in places { (org) small { (role) } } } }
}

fn state(person: &Row, now: DateTime<Utc>) -> Markup {
    if person.disabled_at.is_some() {
        chip(Tone::Plain, Icon::Cross, "停止中")
    } else if person.locked_until.is_some_and(|until| until > now) {
        chip(Tone::Warn, Icon::Bang, "一時ロック")
    } else if person.must_change_password {
        chip(Tone::Info, Icon::Clock, "初回サインイン前")
    } else {
        chip(Tone::Good, Icon::Check, "利用中")
    }
}

/// What stands in an account's address.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    done: String,
    org: String,
    q: String,
}

/// One account.
pub async fn show(
    State(app): State<App>,
    session: Session,
    Id(id): Id<AccountId>,
    Query(asked): Query<Asked>,
) -> Answer {
    let scope = session.actor.scope(Permission::ManageStaff)?;
    let mut tx = app.look().await?;
    let rows = staff::find(&mut tx, scope, id).await?;
    let person = rows.first().ok_or(Error::NotFound)?;
    let tokens = sessions::tokens(&mut tx, scope, id).await?;
    let holidays = region::holidays(&mut tx).await?;
    drop(tx);
    let choice = super::new_staff::choose(&app, &session, &asked.org, &asked.q).await?;
    let list = [
        ("ID", html! { (person.login) }),
        ("かな", html! { (person.name_kana) }),
        ("資格", html! { (person.licence.label()) }),
        ("状態", state(person, app.clock.now())),
    ];
    let body = html! {
        (head("利用者", &person.name, &html! {}, &html! {}))
        (panel("account", "アカウント", &html! { (facts(&list)) (doors(&session, person)) }))
        (roles::panel(&session, id, &rows, &choice))
        @if !tokens.is_empty() { (programs(&session, id, &tokens, &holidays)) }
    };
    ok(layout::page(&app, &session, Menu::Admin, "利用者", &asked.done, &narrow(&body)))
}

/// What can be done about the account as a whole.
fn doors(session: &Session, person: &Row) -> Markup {
    let path = format!("/admin/staff/{}", person.id);
    let reset = if person.disabled_at.is_some() {
        "利用を再開（新しいパスワード）"
    } else {
        "パスワードを再発行"
    };
    html! {
        p { "停止すると、サインイン中の画面もプログラム用トークンもすぐに使えなくなります。" }
        div.head__actions {
            (post_button(Look::Secondary, &format!("{path}/reset"), &session.form_token, reset))
            @if person.disabled_at.is_none() && person.id != session.actor.account {
                (post_button(Look::Danger, &format!("{path}/disable"), &session.form_token, "利用を停止"))
            }
        }
    }
}

fn programs(session: &Session, id: AccountId, tokens: &[Token], holidays: &Holidays) -> Markup {
    let rows: Vec<_> = tokens
        .iter()
        .map(|token| {
            let path = format!("/admin/staff/{id}/tokens/{}/revoke", token.id);
            vec![
                html! { (token.name) },
                html! { (token.org_name) },
                html! { (wareki::table(calendar::day_of(token.created_at), holidays)) },
                post_button(Look::Danger, &path, &session.form_token, "失効"),
            ]
        })
        .collect();
    let columns = &["用途", "機関", "発行", "操作"];
    let table = Table { caption: "この利用者として動くプログラム", columns, empty: "", dense: false };
    panel("tokens", "プログラム用トークン", &table.show(&rows))
}

/// Disables an account.
pub async fn disable(State(app): State<App>, Id(id): Id<AccountId>, posted: Posted) -> Answer {
    act::disable(&app, &posted.session.actor, id).await?;
    Ok(Redirect::to(&format!("/admin/staff/{id}?done=disabled")).into_response())
}

/// Gives a new first password and shows it, once.
pub async fn reset(State(app): State<App>, Id(id): Id<AccountId>, posted: Posted) -> Answer {
    let password = act::reset(&app, &posted.session.actor, id).await?;
    ok(password_page(&app, &posted.session, id, &password))
}

/// Revokes a program's token.
pub async fn revoke_token(State(app): State<App>, Id((id, token)): Id<(AccountId, TokenId)>, posted: Posted) -> Answer {
    act::revoke_token(&app, &posted.session.actor, id, token).await?;
    Ok(Redirect::to(&format!("/admin/staff/{id}?done=token_revoked")).into_response())
}

/// The only page that ever shows a password: the one that made it.
pub(super) fn password_page(app: &App, session: &Session, id: AccountId, password: &str) -> Markup {
    let body = html! {
        (head("利用者", "最初のパスワード", &html! {}, &html! {}))
        section.panel aria-label="パスワード" {
            p.secret { (password) }
            p { "本人に直接伝えてください。この画面を離れると二度と表示できません。初回のサインインで本人が変更します。" }
            p { (button_link(Look::Primary, &format!("/admin/staff/{id}"), "伝えました")) }
        }
    };
    layout::page(app, session, Menu::Admin, "最初のパスワード", "", &narrow(&body))
}

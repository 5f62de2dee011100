//! The shell of every page: the menu that fits the role, and what the last action did.

use maud::{Markup, html};

use super::assets;
use super::form::{Form, ONCE};
use super::session::Session;
use super::ui::chip::Tone;
use super::ui::form::{Field, hidden_field};
use super::ui::notice::Notice;
use super::ui::page::{NavItem, Page, Who};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::fault::Fault;
use crate::domain::person::StaffRole;
use crate::words;

/// Where a page stands in the menu.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Menu {
    /// 朝の一覧.
    Morning,
    /// 電話・FAX・メール: 電話リスト, 今日のFAX, 届いたメール, 引き上げ.
    Reach,
    /// 退院調整.
    Cases,
    /// 共有された案件.
    Shared,
    /// 私のカンファレンス.
    Conferences,
    /// 空床情報.
    Beds,
    /// 受入の依頼.
    Requests,
    /// 空床報告.
    Report,
    /// 病棟の登録.
    Wards,
    /// 連絡先.
    Organisations,
    /// 送信箱 (demo).
    Outbox,
    /// 管理.
    Admin,
    /// Nowhere.
    None,
}

/// The menu of somebody, by what they may do.
fn menu(app: &App, session: &Session) -> Vec<(Menu, &'static str, &'static str)> {
    let may = |permission| session.actor.may(permission);
    // A doctor comes for a bed: what that needs stands first, and is seen on a phone without pushing the bar aside.
    let seeks_beds = session.actor.roles.contains(&StaffRole::HomeVisitDoctor);
    let beds = (true, Menu::Beds, "/beds", "空床情報");
    let requests =
        (may(Permission::AskForBeds) || may(Permission::AnswerRequests), Menu::Requests, "/requests", "受入の依頼");
    let all = [
        (seeks_beds, beds.1, beds.2, beds.3),
        (seeks_beds, requests.1, requests.2, requests.3),
        (may(Permission::ManageCases), Menu::Morning, "/morning", "朝の一覧"),
        (may(Permission::ManageCases), Menu::Reach, "/calls", "電話・FAX・メール"),
        (may(Permission::Oversee) && !may(Permission::ManageCases), Menu::Reach, "/overdue", "引き上げ"),
        (may(Permission::ReadCases), Menu::Cases, "/cases", "退院調整"),
        // A hospital is invited now and then; it comes by the link in the mail, and the menu stays short.
        (
            may(Permission::AnswerInvitations) && !may(Permission::ManageCases),
            Menu::Conferences,
            "/conferences/mine",
            "私のカンファレンス",
        ),
        (may(Permission::ReadSharedCases) && !may(Permission::ManageCases), Menu::Shared, "/shared", "共有された案件"),
        (!seeks_beds, beds.1, beds.2, beds.3),
        (!seeks_beds && requests.0, requests.1, requests.2, requests.3),
        (may(Permission::ReportBeds) || may(Permission::ReportForOthers), Menu::Report, "/beds/report", "空床報告"),
        (may(Permission::ManageOrg) && session.actor.org_kind.has_beds(), Menu::Wards, "/wards", "病棟の登録"),
        (true, Menu::Organisations, "/organisations", "連絡先"),
        (may(Permission::SortMail) && !may(Permission::ManageCases), Menu::Reach, "/mail-in", "届いたメール"),
        (app.has_outbox(), Menu::Outbox, "/outbox", "送信箱"),
        (may(Permission::ReadAudit) || may(Permission::ManageStaff), Menu::Admin, "/admin", "管理"),
    ];
    all.into_iter().filter(|item| item.0).map(|(_, menu, href, label)| (menu, href, label)).collect()
}

/// A page for somebody signed in. `done` is the code of what the last action did (`?done=…`), or nothing.
#[must_use]
pub fn page(app: &App, session: &Session, current: Menu, title: &str, done: &str, body: &Markup) -> Markup {
    let items = menu(app, session);
    let nav: Vec<_> = items
        .iter()
        .map(|&(menu, href, label)| NavItem { href, label, current: menu == current, badge: None })
        .collect();
    let roles: Vec<_> = session.actor.roles.iter().map(|role| role.label()).collect();
    let role_label = roles.join("・");
    let who = Who {
        name: &session.actor.name,
        org_name: &session.actor.org_name,
        role_label: &role_label,
        can_switch: session.orgs.len() > 1,
        has_calendar: session.actor.may(Permission::AnswerInvitations) || session.actor.may(Permission::ReadCases),
    };
    let page = Page {
        title,
        assets: assets::addresses(),
        actor: Some(who),
        nav: &nav,
        flash: words::done(done).map(|text| Notice { tone: Tone::Good, title: text, text: "" }),
        csrf: Some(&session.form_token),
        demo: app.demo,
    };
    page.full(body)
}

/// A page without a menu: the sign-in, an answer link, an error.
#[must_use]
pub fn bare(title: &str, demo: bool, body: &Markup) -> Markup {
    let page = Page { title, assets: assets::addresses(), actor: None, nav: &[], flash: None, csrf: None, demo };
    page.bare(body)
}

/// A page on a wall, without a menu.
#[must_use]
pub fn wall(title: &str, demo: bool, body: &Markup) -> Markup {
    let page = Page { title, assets: assets::addresses(), actor: None, nav: &[], flash: None, csrf: None, demo };
    page.wall(body)
}

/// The name of a button that searches for a part of a form instead of sending it; its value says for which part.
pub const SEARCH: &str = "search";
/// Its value where somebody only pressed Enter.
pub const ENTER: &str = "enter";

/// A form as it is shown: what was typed stays, and what is wrong stands in words beside each field.
#[derive(Debug)]
pub struct Shown<'f> {
    form: &'f Form,
    place: &'f str,
    faults: Vec<(String, String)>,
}

impl<'f> Shown<'f> {
    /// Prepares a form to be shown.
    #[must_use]
    pub fn new(form: &'f Form) -> Self {
        let mut faults: Vec<(String, String)> = Vec::new();
        for told in form.faults.0.iter().map(|(field, fault)| (field.clone(), words::fault(fault))) {
            if !faults.contains(&told) {
                faults.push(told);
            }
        }
        Self { form, place: "", faults }
    }

    /// The same for one of several forms of a page, by a name that no other one there has.
    #[must_use]
    pub fn at(form: &'f Form, place: &'f str) -> Self {
        Self { place, ..Self::new(form) }
    }

    /// A control with its value and fault.
    #[must_use]
    pub fn field<'a>(&'a self, name: &'a str, label: &'a str) -> Field<'a> {
        Field::new(name, label).place(self.place).value(self.form.text(name)).error(self.error(name))
    }

    /// What is wrong with a field, in words.
    #[must_use]
    pub fn error(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|(field, _)| field == name).map(|(_, words)| words.as_str())
    }

    /// The value of a field.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.form.text(name)
    }

    /// Every value of a field that may have several.
    #[must_use]
    pub fn values(&self, name: &str) -> Vec<&str> {
        self.form.fields().filter(|(field, _)| *field == name).map(|(_, value)| value).collect()
    }

    /// What is wrong, above the form, with links to the fields.
    #[must_use]
    pub fn summary(&self) -> Markup {
        let errors: Vec<_> = self.faults.iter().map(|(field, words)| (field.as_str(), words.as_str())).collect();
        self.told(&errors)
    }

    fn told(&self, errors: &[(&str, &str)]) -> Markup {
        let text = "入力した内容は残っています。入力が終わったら、下のボタンを押してください。";
        let entered = Notice { tone: Tone::Warn, title: "Enterキーでは保存されません", text };
        html! {
            @if self.form.text(SEARCH) == ENTER { (entered) }
            @if !errors.is_empty() { (super::ui::form::error_summary(errors, !self.is_of_file())) }
        }
    }

    /// Whether a file was refused, which no page can show again.
    fn is_of_file(&self) -> bool {
        self.form.faults.0.iter().any(|(_, fault)| matches!(fault, Fault::BadFile(_)))
    }

    /// The same for a long form: each fault once, with the word beside its field, in the order of the page.
    #[must_use]
    pub fn summary_by(&self, labels: &[(&str, &str)]) -> Markup {
        let place = |field: &str| labels.iter().position(|(name, _)| *name == field);
        let mut faults: Vec<_> =
            self.faults.iter().map(|(field, words)| (place(field), field.as_str(), words)).collect();
        faults.sort_by_key(|(place, ..)| place.unwrap_or(usize::MAX));
        faults.dedup();
        let told = |(place, field, words): &(Option<usize>, &str, &String)| {
            let label = place.and_then(|place| labels.get(place)).map(|(_, label)| format!("{label}："));
            ((*field).to_owned(), format!("{}{words}", label.unwrap_or_default()))
        };
        let told: Vec<_> = faults.iter().map(told).collect();
        let told: Vec<_> = told.iter().map(|(field, words)| (field.as_str(), words.as_str())).collect();
        self.told(&told)
    }

    /// The hidden key that makes this form act once; it stays the same while faults are mended. Who went back and says
    /// something else than before says it under a new one.
    #[must_use]
    pub fn once(&self) -> Markup {
        let kept = self.form.text(ONCE);
        let used_up = self.form.faults.0.iter().any(|(_, fault)| *fault == Fault::KeyReused);
        if kept.is_empty() || used_up {
            hidden_field(ONCE, &crate::id::LineId::fresh().to_string())
        } else {
            hidden_field(ONCE, kept)
        }
    }
}

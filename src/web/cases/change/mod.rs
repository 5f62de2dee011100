//! What is done to a case: one small form each, reached from the case's page and back to it.

mod close;
mod contact;
mod course;
mod doctor;
mod member;

use maud::{Markup, html};

use crate::actions::cases as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::case::PartyRole;
use crate::error::Error;
use crate::id::CaseId;
use crate::store::cases::{self, Case, Link};
use crate::web::failure::Failure;
use crate::web::form::Form;
use crate::web::layout::{self, Menu, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, post};
use crate::web::ui::link;
use crate::web::ui::panel::{head, narrow};

pub use close::{cancel, cancel_form, discharge, discharge_form};
pub use contact::{log_contact, log_contact_form};
pub use course::{course, save_course};
pub use doctor::{change_doctor, doctor};
pub use member::{member, save_member};

/// A form about a case, with what it is about.
struct Sheet<'s> {
    app: &'s App,
    session: &'s Session,
    case: Case,
    team: Vec<Link>,
}

impl<'s> Sheet<'s> {
    async fn open(app: &'s App, session: &'s Session, id: CaseId, page: &'static str) -> Result<Self, Error> {
        session.actor.scope(Permission::ManageCases)?;
        let case = act::view(app, &session.actor, id, page).await?;
        let team = cases::team(&mut app.look().await?, id).await?;
        Ok(Self { app, session, case, team })
    }

    fn doctor(&self) -> Option<&Link> {
        self.team.iter().find(|link| link.role == PartyRole::PriorDoctor)
    }

    fn page(&self, title: &str, rest: &str, lead: &Markup, shown: &Shown<'_>, fields: &Markup, word: &str) -> Markup {
        let action = format!("/cases/{}{rest}", self.case.id);
        let back = html! { (link::button_link(Look::Quiet, &format!("/cases/{}", self.case.id), "案件に戻る")) };
        let eyebrow = format!("退院調整ケース {} ・ {}さん", self.case.code, self.case.patient_name);
        let body = html! {
            (head(&eyebrow, title, lead, &back))
            (post(&action, &self.session.form_token, &html! {
                (shown.once())
                (shown.summary())
                (fields)
                (actions(&button(Look::Primary, word)))
            }))
        };
        layout::page(self.app, self.session, Menu::Cases, title, "", &narrow(&body))
    }
}

/// Back to the case after a change, or to the form with what was wrong.
fn finish(id: CaseId, form: &mut Form, result: Result<(), Error>, done: &str) -> Result<Option<String>, Failure> {
    match result {
        Ok(()) | Err(Error::Repeated(_)) => Ok(Some(format!("/cases/{id}?done={done}"))),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(None)
        }
        Err(error) => Err(Failure(error)),
    }
}

/// What is wrong with the form itself comes before the action is asked.
fn faults(form: &mut Form) -> Error {
    Error::Refused(std::mem::take(&mut form.faults))
}

fn options<'a>(all: impl Iterator<Item = (&'a str, &'a str)>) -> Vec<Choice<'a>> {
    all.map(|(code, label)| Choice::new(code, label)).collect()
}

//! Discharge cases, as their hospital sees them: the list, the form that opens one, the page, and what is done there.

mod change;
mod dress;
mod from_request;
mod list;
mod open;
mod show;
pub(super) mod team_form;

pub use change::{
    cancel, cancel_form, change_doctor, course, discharge, discharge_form, doctor, log_contact, log_contact_form,
    member, save_course, save_member,
};
pub use dress::{day, left};
pub use list::{list, table};
pub use open::{form, open};
pub use show::show;

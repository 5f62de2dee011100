//! How people see it: HTML pages, one request each, everything readable without a script.
//!
//! [`PAGES`] lists every page; the access table in the tests is checked against it.

mod admin;
mod assets;
mod beds;
pub mod bell;
pub mod board_cache;
mod calendar;
mod calls;
mod cases;
mod conferences;
mod csv;
pub mod demo;
mod failure;
mod fax;
mod form;
mod guest;
mod guest_calendar;
mod guest_code;
mod help;
mod kept;
mod layout;
mod ledger;
mod mail_in;
mod morning;
mod numbers;
mod organisations;
mod outbox;
mod path;
mod piece;
mod programmes;
mod registrations;
mod requests;
mod screens;
mod serve;
mod session;
mod shared;
mod sign_in;
mod spreadsheet;
mod switches;
mod ui;
mod upload;
mod wards;
mod ways;
mod week;
mod xlsx;

use axum::Router;
use axum::response::{IntoResponse, Response};
use maud::Markup;

use crate::api;
use crate::app::App;
use failure::Failure;
pub use serve::layers;

/// What most page handlers return.
pub type Answer = Result<Response, Failure>;

/// Builds the router and the list of pages from one table, so that no page can be missing from the list.
macro_rules! pages {
    ($($method:ident $path:literal => $handler:path;)+) => {
        /// Every page: method and path.
        pub const PAGES: &[(&str, &str)] = &[$((stringify!($method), $path)),+];

        fn pages() -> Router<App> {
            Router::new()$(.route($path, axum::routing::$method($handler)))+
        }
    };
}

pages! {
    get "/" => sign_in::home;
    get "/sign-in" => sign_in::show;
    post "/sign-in" => sign_in::sign_in;
    post "/sign-out" => sign_in::sign_out;
    get "/password" => sign_in::password;
    post "/password" => sign_in::change_password;
    get "/switch" => sign_in::choose_org;
    post "/switch" => sign_in::switch_org;
    get "/morning" => morning::morning;
    get "/calls" => calls::list;
    post "/cases/{id}/calls/{org}" => calls::outcome;
    get "/overdue" => calls::overdue;
    get "/numbers" => numbers::show;
    get "/numbers.csv" => numbers::csv;
    get "/shared" => shared::list;
    get "/shared/{id}" => shared::show;
    get "/cases" => cases::list;
    post "/cases" => cases::open;
    get "/cases/new" => cases::form;
    get "/cases/{id}" => cases::show;
    get "/cases/{id}/cancel" => cases::cancel_form;
    post "/cases/{id}/cancel" => cases::cancel;
    post "/cases/{id}/contacts" => cases::log_contact;
    get "/cases/{id}/conferences/new" => conferences::new;
    post "/cases/{id}/conferences/new" => conferences::call;
    get "/cases/{id}/conferences/poll" => conferences::poll_form;
    post "/cases/{id}/conferences/poll" => conferences::poll;
    get "/cases/{id}/contacts/new" => cases::log_contact_form;
    get "/cases/{id}/course" => cases::course;
    post "/cases/{id}/course" => cases::save_course;
    get "/cases/{id}/discharge" => cases::discharge_form;
    post "/cases/{id}/discharge" => cases::discharge;
    get "/cases/{id}/doctor" => cases::doctor;
    post "/cases/{id}/doctor" => cases::change_doctor;
    get "/cases/{id}/team/{role}" => cases::member;
    post "/cases/{id}/team/{role}" => cases::save_member;
    get "/conferences/mine" => conferences::mine;
    post "/conferences/mine" => conferences::answer;
    get "/conferences/{id}" => conferences::show;
    get "/conferences/{id}/cancel" => conferences::cancel_form;
    post "/conferences/{id}/cancel" => conferences::cancel;
    get "/conferences/{id}/invite" => conferences::invite_form;
    post "/conferences/{id}/invite" => conferences::invite;
    get "/conferences/{id}/ledger" => ledger::of_conference;
    get "/conferences/{id}/move" => conferences::move_form;
    post "/conferences/{id}/move" => conferences::move_to;
    get "/conferences/{id}/parties/{party}/answer" => conferences::hear_form;
    post "/conferences/{id}/parties/{party}/answer" => conferences::hear;
    get "/conferences/{id}/parties/{party}/remove" => conferences::remove_form;
    post "/conferences/{id}/parties/{party}/remove" => conferences::remove;
    post "/conferences/{id}/parties/{party}/told" => conferences::told;
    get "/conferences/{id}/poll" => conferences::tally;
    post "/conferences/{id}/poll" => conferences::fix;
    post "/conferences/{id}/poll/required" => conferences::require;
    get "/conferences/{id}/poll/slots" => conferences::slots_form;
    post "/conferences/{id}/poll/slots" => conferences::change_slots;
    post "/conferences/{id}/resend" => conferences::resend;
    get "/conferences/{id}/minutes" => conferences::minutes::show;
    get "/conferences/{id}/minutes/edit" => conferences::minutes::edit;
    post "/conferences/{id}/minutes/edit" => conferences::minutes::save;
    post "/conferences/{id}/minutes/read" => conferences::minutes::read;
    post "/conferences/{id}/parties/{party}/received" => conferences::minutes::received;
    get "/conferences/{id}/record" => conferences::minutes::record;
    get "/conferences/{id}/record.pdf" => conferences::minutes::pdf;
    post "/decisions/{id}/done" => conferences::minutes::decision_done;
    get "/a" => guest_code::show;
    post "/a" => guest_code::open;
    get "/a/{token}" => guest::show;
    post "/a/{token}" => guest::answer;
    post "/a/{token}/received" => guest::received;
    post "/a/{token}/decisions/{decision}/done" => guest::decision_done;
    get "/a/{token}/calendar.ics" => guest_calendar::download;
    get "/notices/{token}" => switches::show;
    post "/notices/{token}" => switches::press;
    get "/fax" => fax::list;
    post "/fax/print" => fax::print;
    get "/fax/sheets.pdf" => fax::pdf;
    get "/fax/{id}/sheet.pdf" => fax::sheet;
    post "/fax/{id}/print" => fax::print_one;
    post "/fax/{id}/sent" => fax::sent;
    post "/fax/{id}/received" => fax::received;
    post "/fax/{id}/lost" => fax::lost;
    get "/calendar" => calendar::show;
    post "/calendar" => calendar::make;
    post "/calendar/stop" => calendar::stop;
    get "/calendar/{token}" => calendar::feed;
    get "/beds" => beds::board::show;
    get "/beds/about" => beds::about::show;
    get "/beds/history" => beds::history::show;
    get "/beds/board.csv" => beds::export::board_csv;
    get "/beds/board.xlsx" => beds::export::board_xlsx;
    get "/beds/history.csv" => beds::history::csv;
    get "/beds/history.xlsx" => beds::history::xlsx;
    get "/beds/live" => beds::live::board;
    get "/beds/map" => beds::map::show;
    get "/beds/wall/{token}" => beds::wall::show;
    get "/beds/wall/{token}/live" => beds::wall::live;
    get "/screens" => screens::show;
    post "/screens" => screens::make;
    post "/screens/{id}/stop" => screens::stop;
    get "/beds/report" => beds::report::show;
    post "/beds/report" => beds::report::report;
    post "/beds/report/no-change" => beds::report::no_change;
    get "/beds/import" => beds::import::show;
    post "/beds/import" => beds::import::bring;
    get "/beds/import/template.csv" => beds::import::csv;
    get "/beds/import/template.xlsx" => beds::import::xlsx;
    get "/beds/import/{id}" => beds::import::file;
    post "/beds/import/{id}" => beds::import::take;
    post "/beds/import/{id}/columns" => beds::import::set_columns;
    get "/beds/report/sheet.pdf" => beds::paper::pdf;
    get "/beds/reporting" => beds::reporting::show;
    get "/beds/unchanged/{token}" => beds::unchanged::show;
    post "/beds/unchanged/{token}" => beds::unchanged::press;
    get "/beds/wards/{id}" => beds::ward::show;
    get "/beds/wards/{id}/history.csv" => beds::ward::csv;
    get "/beds/wards/{id}/history.xlsx" => beds::ward::xlsx;
    get "/programmes" => programmes::list;
    get "/programmes/new" => programmes::new;
    post "/programmes/new" => programmes::create;
    get "/programmes/{id}" => programmes::show;
    get "/programmes/{id}/edit" => programmes::edit;
    post "/programmes/{id}/edit" => programmes::change;
    get "/programmes/{id}/desk" => programmes::desk;
    post "/programmes/{id}/hospitals" => programmes::set_member;
    post "/programmes/{id}/hospitals/{org}/remove" => programmes::remove_member;
    post "/programmes/{id}/turns" => programmes::add_turn;
    post "/programmes/{id}/turns/{turn}/remove" => programmes::remove_turn;
    post "/programmes/{id}/rota" => programmes::write_rota;
    post "/programmes/{id}/days" => programmes::write_days;
    get "/registrations" => registrations::list;
    get "/registrations.csv" => registrations::csv;
    get "/registrations.pdf" => registrations::list_pdf;
    get "/registrations.xlsx" => registrations::xlsx;
    get "/registrations/yearly" => registrations::yearly;
    get "/registrations/new" => registrations::new;
    post "/registrations/new" => registrations::register;
    get "/registrations/{id}" => registrations::show;
    get "/registrations/{id}/edit" => registrations::edit;
    post "/registrations/{id}/edit" => registrations::change;
    get "/registrations/{id}/sheet.pdf" => registrations::sheet_pdf;
    post "/registrations/{id}/exchange" => registrations::exchange;
    post "/registrations/{id}/slip" => registrations::print_slip;
    get "/registrations/{id}/slip.pdf" => registrations::slip_pdf;
    post "/registrations/{id}/end" => registrations::end;
    get "/exchanges/{token}" => registrations::guest_show;
    post "/exchanges/{token}" => registrations::guest_answer;
    get "/requests" => requests::list;
    get "/requests/new" => requests::form;
    post "/requests/new" => requests::ask;
    get "/requests/numbers" => requests::numbers;
    get "/requests/{id}" => requests::show;
    post "/requests/{id}/answer" => requests::answer;
    post "/requests/{id}/heard" => requests::heard;
    post "/requests/{id}/asks" => requests::add;
    post "/requests/{id}/confirm" => requests::confirm;
    post "/requests/{id}/name" => requests::name;
    post "/requests/{id}/withdraw" => requests::withdraw;
    post "/requests/{id}/take-back" => requests::take_back;
    post "/requests/{id}/told" => requests::told;
    post "/requests/{id}/admitted" => requests::admitted;
    post "/requests/{id}/letter" => requests::letter;
    post "/requests/{id}/ended" => requests::ended;
    get "/asks/{token}" => requests::guest_show;
    post "/asks/{token}" => requests::guest_answer;
    get "/wards" => wards::list;
    post "/wards" => wards::add;
    get "/wards/new" => wards::new;
    get "/wards/{id}" => wards::edit;
    post "/wards/{id}" => wards::change;
    get "/wards/{id}/profile" => wards::profile::edit;
    post "/wards/{id}/profile" => wards::profile::set;
    get "/organisations" => organisations::list;
    get "/organisations/new" => organisations::new;
    post "/organisations/new" => organisations::add;
    get "/organisations/{id}" => organisations::show;
    get "/organisations/{id}/ledger" => ledger::of_org;
    get "/organisations/{id}/edit" => organisations::edit;
    post "/organisations/{id}/edit" => organisations::save;
    get "/organisations/{id}/notices" => organisations::notices::show;
    post "/organisations/{id}/notices" => organisations::notices::save;
    get "/organisations/{id}/fax" => organisations::fax::show;
    post "/organisations/{id}/fax" => organisations::fax::step;
    get "/organisations/{id}/fax/test.pdf" => organisations::fax::test;
    get "/admin" => admin::overview;
    get "/admin/access" => admin::access;
    get "/admin/audit" => admin::audit;
    get "/admin/holidays" => admin::holidays;
    post "/admin/holidays" => admin::take_holidays;
    get "/admin/rules" => admin::rules;
    post "/admin/rules" => admin::set_rules;
    get "/admin/staff" => admin::list;
    get "/admin/staff/new" => admin::new_staff;
    post "/admin/staff/new" => admin::admit;
    get "/admin/staff/{id}" => admin::show;
    post "/admin/staff/{id}/disable" => admin::disable;
    post "/admin/staff/{id}/reset" => admin::reset;
    post "/admin/staff/{id}/roles" => admin::add_roles;
    post "/admin/staff/{id}/roles/end" => admin::end_role;
    post "/admin/staff/{id}/tokens/{token}/revoke" => admin::revoke_token;
    get "/mail-in" => mail_in::list;
    get "/mail-in/{id}" => mail_in::whole;
    get "/mail-in/{id}/files/{at}" => mail_in::file;
    post "/mail-in/{id}/settle" => mail_in::settle;
    post "/mail-in/{id}/bounced" => mail_in::believe;
    get "/outbox" => outbox::list;
    get "/outbox/{id}" => outbox::show;
    get "/outbox/coming/{id}" => outbox::coming;
    get "/help" => help::help;
    get "/accessibility" => help::accessibility;
    get "/assets/{name}" => assets::serve;
    get "/healthz" => serve::healthz;
    get "/readyz" => serve::readyz;
}

/// The whole program as people and programs reach it.
pub fn router(app: App) -> Router {
    let routes = pages().method_not_allowed_fallback(wrong_method).nest("/api", api::router()).fallback(not_found);
    serve::layers(routes, &app).with_state(app)
}

async fn not_found() -> Failure {
    Failure(crate::error::Error::NotFound)
}

async fn wrong_method() -> Response {
    failure::plain(axum::http::StatusCode::METHOD_NOT_ALLOWED, "このページは、この方法では開けません。")
}

/// A page.
///
/// # Errors
/// None; the type fits handlers that can fail.
#[expect(clippy::unnecessary_wraps, reason = "handlers end in `ok(page)`")]
fn ok(page: Markup) -> Answer {
    Ok(page.into_response())
}

/// A form that came back with faults.
fn refused(page: Markup) -> Response {
    (axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response()
}

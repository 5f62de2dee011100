//! How programs see it: JSON under `/api/v1`, with the bearer token of a staff account.
//!
//! [`ENDPOINTS`] lists every endpoint; router and OpenAPI document are built from the same table. An endpoint calls the
//! action that the page calls: the same rights, the same rules, the same line in the log. What differs is the dress.

mod auth;
mod beds;
mod body;
mod cases;
mod conferences;
mod deliveries;
mod openapi;
mod orgs;
mod path;
mod problem;
mod query;
mod reply;
mod requests;
mod value;

use axum::Router;

use crate::app::App;
use crate::domain::case::PartyRole;
use crate::domain::org::OrgKind;
use crate::id::OrgId;
use openapi::{does, makes, reads};
use problem::Problem;
use value::Moment;

/// What endpoints return.
type Answer<T> = Result<T, Problem>;

/// Builds the router, the list and the document from one table, so that no endpoint can be missing from any of them.
macro_rules! endpoints {
    ($($method:ident $path:literal => $handler:path, $doc:expr;)+) => {
        /// Every endpoint: method and path.
        pub const ENDPOINTS: &[(&str, &str)] = &[$((stringify!($method), concat!("/api/v1", $path))),+];

        fn endpoints() -> Router<App> {
            Router::new()$(.route($path, axum::routing::$method($handler)))+
        }

        /// What each endpoint takes and gives, in the order of [`ENDPOINTS`].
        fn docs() -> Vec<openapi::Doc> {
            vec![$($doc.of(stringify!($handler))),+]
        }
    };
}

endpoints! {
    get "/board" => beds::board, reads::<beds::Board>("Every ward of the network with its newest report")
        .asks::<OrgId>("organisation", "Only the wards of this organisation");
    get "/wards/{id}/bed-reports" => beds::reports, reads::<beds::History>("What a ward reported, oldest first")
        .asks::<Moment>("since", "From this moment on, at most thirteen months back; without it, of the last fortnight");
    put "/organisations/{id}/bed-reports" => beds::report, does::<beds::NewReport>("Reports wards of one organisation, all or none");
    get "/organisations" => orgs::search, reads::<orgs::Found>("Organisations by name, kana, address, kind and place")
        .asks::<String>("q", "Words of the name, its kana or the address; width and variant characters make no difference")
        .asks::<OrgKind>("kind", "Only this kind")
        .asks::<PartyRole>("role", "Only kinds that can take this part in a case")
        .asks::<String>("area", "Only this 二次医療圏, by code")
        .asks::<String>("municipality", "Only municipalities whose name begins so")
        .asks::<bool>("members", "Only who takes part in the network")
        .asks::<u32>("limit", "At most so many, up to 100; 20 unless told")
        .asks::<u32>("skip", "Leave out so many from the beginning");
    post "/cases" => cases::open, makes::<cases::NewCase>("Opens a case with its prior team");
    get "/cases/{id}" => cases::read, reads::<cases::Case>("A case of the own hospital; the reading is recorded");
    put "/cases/{id}/discharge-day" => cases::set_discharge_day,
        does::<cases::DischargeDay>("Sets 退院予定日; a new one is told to the prior team");
    post "/cases/{id}/discharge" => cases::discharge,
        does::<cases::Discharge>("Sets a case to 退院済: not without the prior doctor knowing, unless a waiver holds");
    post "/cases/{id}/conferences" => conferences::call,
        makes::<conferences::NewConference>("Calls a conference; the prior team is invited by itself");
    get "/conferences/{id}" => conferences::read,
        reads::<conferences::Conference>("A conference of the own hospital with every answer; the reading is recorded");
    get "/conferences/{id}/deliveries" => deliveries::read,
        reads::<deliveries::Deliveries>("Every message about a conference of the own hospital, with every try");
    get "/conferences/{id}/minutes" => conferences::minutes,
        reads::<conferences::Minutes>("The newest finished minutes, for the hospital and for who was invited; the reading is recorded");
    post "/conferences/{id}/move" => conferences::move_to, does::<conferences::Move>("Moves a conference; everybody is asked again");
    post "/conferences/{id}/cancel" => conferences::cancel, does::<conferences::Cancel>("Cancels a conference and tells everybody");
    get "/invitations" => conferences::invitations,
        reads::<conferences::Invitations>("The invitations of the own organisation that aren't over");
    put "/invitations/{id}/answer" => conferences::answer, does::<conferences::NewAnswer>("Answers an invitation of the own organisation");
    put "/invitations/{id}/votes" => conferences::vote,
        does::<conferences::NewVotes>("Votes for a date that is sought, for the own organisation");
    get "/bed-requests" => requests::list,
        reads::<requests::BedRequests>("The newest requests for a bed that the own organisation made, or was asked");
    post "/bed-requests" => requests::ask,
        makes::<requests::NewRequest>("Asks hospitals for a bed, not before the programme's rules were held against the need");
    get "/bed-requests/{id}" => requests::read, reads::<requests::BedRequest>("A request that the own organisation made, or was asked");
    put "/bed-requests/{id}/answer" => requests::answer, does::<requests::NewReply>("Answers a request for the own hospital");
    post "/bed-requests/{id}/take-back" => requests::take_back,
        does::<requests::TakeBack>("Takes the own hospital's promise back, as long as the patient hasn't come; the clinic hears of it at once");
    get "/openapi.json" => openapi::document, openapi::itself();
}

/// Everything below `/api`. What isn't there is a problem document too.
pub fn router() -> Router<App> {
    let endpoints = endpoints().method_not_allowed_fallback(problem::wrong_method);
    Router::new().nest("/v1", endpoints).fallback(problem::not_there)
}

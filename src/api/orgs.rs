//! The directory.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::Answer;
use super::auth::Caller;
use super::query::Query;
use crate::app::App;
use crate::domain::case::PartyRole;
use crate::domain::conference::LINE_MAX;
use crate::domain::open_data::Source;
use crate::domain::org::{Channel, OrgKind};
use crate::id::OrgId;
use crate::store::orgs::{self, Org, Search};

const LIMIT: u32 = 20;
const LIMIT_MAX: u32 = 100;

/// An organisation of the directory.
#[derive(Debug, Serialize, ToSchema)]
pub struct Organisation {
    /// Id.
    id: OrgId,
    /// Kind.
    kind: OrgKind,
    /// Name.
    name: String,
    /// Name in kana.
    name_kana: String,
    /// Municipality, where known.
    municipality: Option<String>,
    /// 二次医療圏, by code, where known.
    area: Option<String>,
    /// Address.
    address: String,
    /// Telephone.
    phone: Option<String>,
    /// FAX.
    fax: Option<String>,
    /// How it wants to be reached.
    preferred_channel: Channel,
    /// 医療機関番号 or 介護保険事業所番号, where known.
    institution_number: Option<String>,
    /// Whether it takes part in the network.
    member: bool,
    /// Where the entry comes from; to be shown with it.
    source: Source,
}

impl From<Org> for Organisation {
    fn from(org: Org) -> Self {
        Self {
            id: org.id,
            kind: org.kind,
            name: org.name,
            name_kana: org.name_kana,
            municipality: org.municipality_name,
            area: org.area_code,
            address: org.address,
            phone: org.phone,
            fax: org.fax,
            preferred_channel: org.preferred_channel,
            institution_number: org.institution_number,
            member: org.network_member,
            source: org.source,
        }
    }
}

/// What was found: members of the network first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Found {
    /// The organisations.
    organisations: Vec<Organisation>,
    /// Whether there are more of them.
    more: bool,
}

/// Looks for organisations.
pub async fn search(State(app): State<App>, Caller(actor): Caller, mut query: Query) -> Answer<Json<Found>> {
    let limit = query.take::<u32>("limit").unwrap_or(LIMIT).min(LIMIT_MAX);
    let role = query.take::<PartyRole>("role");
    let kind = query.take::<OrgKind>("kind");
    let wanted = Search {
        words: query.text("q", LINE_MAX),
        kinds: kind.map_or_else(|| role.map_or_else(Vec::new, |role| role.kinds().into()), |kind| vec![kind]),
        area: query.text("area", LINE_MAX),
        municipality: query.text("municipality", LINE_MAX),
        members_only: query.take("members").unwrap_or(false),
        // One more than is shown tells whether there are more.
        limit: i64::from(limit) + 1,
        skip: query.take::<u32>("skip").unwrap_or(0).into(),
    };
    query.end()?;
    let mut found = orgs::search(&mut app.look().await?, actor.network(), &wanted).await?;
    let more = found.len() > limit as usize;
    found.truncate(limit as usize);
    Ok(Json(Found { organisations: found.into_iter().map(Organisation::from).collect(), more }))
}

//! The wards in which a hospital could take the patient of a request, for whoever answers: signed in, or by the link.

use crate::domain::access::Network;
use crate::domain::bed::Counts;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::beds::{self, WardNow};
use crate::store::db::Tx;
use crate::store::requests::Request;

/// The wards that have reported, in words, and the one that suits best.
#[derive(Default)]
pub(super) struct Wards {
    pub(super) all: Vec<(String, String)>,
    pub(super) best: String,
}

impl Wards {
    /// Those of the hospital `org`.
    pub(super) async fn of(tx: &mut Tx, (network, org): (Network, OrgId), request: &Request) -> Result<Self> {
        let (sex, backup) = (request.need()?.sex, request.programme_id.is_some());
        let wards = beds::board(tx, network, Some(org)).await?;
        let counted: Vec<_> = wards.iter().filter_map(|ward| Some((ward, ward.report.counts()?))).collect();
        let free = counted.iter().filter(|(_, counts)| counts.accepting > 0);
        let best = free.min_by_key(|(ward, counts)| (counts.rank(sex, backup), ward.ward_id));
        let word = |(ward, counts): &(&WardNow, Counts)| {
            (ward.ward_id.to_string(), format!("{}（受入可 {}床）", ward.ward_name, counts.accepting))
        };
        let best = best.map(|(ward, _)| ward.ward_id.to_string()).unwrap_or_default();
        Ok(Self { all: counted.iter().map(word).collect(), best })
    }
}

//! Where organisations and municipalities are.

use crate::domain::access::Network;
use crate::domain::geo::Point;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::db::Tx;

/// Where an organisation stands, where known.
///
/// # Errors
/// [`crate::error::Error::NotFound`]; the database refuses.
pub async fn of(tx: &mut Tx, _: Network, org: OrgId) -> Result<Option<Point>> {
    let (latitude, longitude): (Option<f64>, Option<f64>) =
        tx.query("select latitude, longitude from org where id = $1").bind(org).one().await?;
    Ok(latitude.zip(longitude).and_then(|(latitude, longitude)| Point::of(latitude, longitude)))
}

/// The municipalities of the network's members, each in the midst of those of them that have a place.
///
/// # Errors
/// The database refuses.
pub async fn municipalities(tx: &mut Tx, _: Network) -> Result<Vec<(String, Point)>> {
    let sql = "select municipality_name, avg(latitude) as latitude, avg(longitude) as longitude from org
                where network_member and municipality_name is not null and latitude is not null and longitude is not null
                group by municipality_name order by municipality_name";
    let rows: Vec<(String, f64, f64)> = tx.query(sql).all().await?;
    Ok(rows
        .into_iter()
        .filter_map(|(name, latitude, longitude)| Some((name, Point::of(latitude, longitude)?)))
        .collect())
}

//! Reporting that costs nothing: every way in which a hospital says how many beds it has.

mod files;
mod hours;
mod inbox;
mod mail;
mod status;

use okaeri::id::WardId;

use crate::support::world::{Person, Reply, World};

/// Reports one ward of forty beds, which takes patients in at night, on the page: 使用中, 予約済, 受入可.
async fn report(person: &Person, ward: WardId, numbers: [i32; 3], day: &str, time: &str) -> Reply {
    let field = |name: &str| format!("{ward}_{name}");
    let numbers = numbers.map(|number| number.to_string());
    let ward = ward.to_string();
    let fields = [
        ("ward".to_owned(), ward.as_str()),
        (field("occupied"), &numbers[0]),
        (field("reserved"), &numbers[1]),
        (field("accepting"), &numbers[2]),
        (field("closed"), "0"),
        (field("acceptance"), "accepting"),
        (field("accept_hours"), "night"),
        (field("sex_limit"), "either"),
        ("as_of_day".to_owned(), day),
        ("as_of".to_owned(), time),
    ];
    let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    person.post("/beds/report", &fields).await
}

/// How many reports don't say that the ward takes patients in at night.
async fn silent_on_hours(world: &World) -> i64 {
    world.count("select count(*) from bed_report where accept_hours <> 'night'").await
}

/// How each report came about and what it said, oldest first: 使用中, 受入可.
async fn reports(world: &World, ward: WardId) -> Vec<(String, i32, i32)> {
    let sql = "select entry_kind, occupied, accepting from bed_report where ward_id = $1 order by as_of, id";
    world.app.look().await.unwrap().query(sql).bind(ward).all().await.unwrap()
}

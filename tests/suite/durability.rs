//! What is acknowledged survives the loss of power (reliability R2): the database is asked whether it was told so.

use okaeri::store::db::{Db, Dialect};

use crate::support::world::World;

#[tokio::test]
async fn a_change_is_on_the_disk_before_it_is_acknowledged() {
    let world = World::new().await;
    let mut tx = world.app.bookkeep().await.unwrap();
    match tx.dialect() {
        Dialect::Sqlite => {
            let (journal,): (String,) = tx.query("pragma journal_mode").one().await.unwrap();
            let (level,): (i64,) = tx.query("pragma synchronous").one().await.unwrap();
            assert_eq!((journal.as_str(), level), ("wal", 2), "2 is full");
        }
        Dialect::Postgres => {
            let (level,): (String,) = tx.query("show synchronous_commit").one().await.unwrap();
            assert_eq!(level, "on");
            let server = std::env::var("OKAERI_TEST_DATABASE").unwrap();
            let and = if server.contains('?') { '&' } else { '?' };
            let forgetful = format!("{server}{and}options=-csynchronous_commit%3Doff");
            let refusal = Db::open(&forgetful).await.unwrap_err().to_string();
            assert!(refusal.contains("synchronous_commit"), "{refusal}");
        }
    }
}

//! What is acknowledged survives the loss of power (reliability R2): the database is asked whether it was told so. And what
//! fails because of the disk or the database fails alone: the next change succeeds.

use okaeri::store::db::{Db, Dialect};
use okaeri::store::jobs;

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

#[tokio::test]
async fn a_change_that_the_disk_or_the_database_ends_is_the_only_one() {
    const FILL: &str = "with recursive n (i) as (select 1 union all select i + 1 from n where i < 5000)
                        insert into job_run (name, at, result) select i, '2026', printf('%2000d', i) from n";
    let world = World::new().await;
    let before = world.count("select count(*) from job_run").await;
    let mut tx = world.app.bookkeep().await.unwrap();
    let (end, words) = match tx.dialect() {
        // As large as it is, and not a page more.
        Dialect::Sqlite => {
            tx.query("pragma max_page_count = 1").one::<(i64,)>().await.unwrap();
            (FILL, "the disk is full")
        }
        Dialect::Postgres => ("select pg_terminate_backend(pg_backend_pid())", "57P01"),
    };
    let error = tx.query(end).execute().await.unwrap_err().to_string();
    assert!(error.contains(words), "{error}");
    drop(tx);
    for _ in 0..2 {
        let mut tx = world.app.bookkeep().await.unwrap();
        jobs::ran(&mut tx, "another", "done").await.unwrap();
        tx.commit().await.unwrap();
    }
    assert_eq!(world.count("select count(*) from job_run").await, before + 1);
}

#[tokio::test]
async fn whoever_writes_anything_is_noticed_at_once() {
    let world = World::new().await;
    world.count("select count(*) from job_run").await;
    let index = world.app.db.wal_index();
    assert_eq!(index.is_some(), world.app.db.dialect() == Dialect::Sqlite);
    let Some(index) = index else { return };
    let before = index.state();
    world.count("select count(*) from job_run").await;
    assert!(before.is_some() && index.state() == before, "reading changes nothing");
    let mut tx = world.app.bookkeep().await.unwrap();
    jobs::ran(&mut tx, "test", "").await.unwrap();
    tx.commit().await.unwrap();
    assert!(index.state().is_some_and(|state| Some(state) != before));
}

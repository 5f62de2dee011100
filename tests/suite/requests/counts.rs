//! An admission is counted once, whoever tells of it first: who counts, the hospital's system, or who records it.

use super::*;
use okaeri::actions::beds::movements::follow;
use okaeri::domain::movement;

/// The hospital's system tells of somebody who comes to the ward.
async fn told(town: &Town, number: &str) {
    let text = format!(
        "MSH|^~\\&|HIS||GW|OKAERI|20261124093000||ADT^A01^ADT_A01|{number}|P|2.5\rPID|1||77001\rPV1|1|I|3階東^301^1\r"
    );
    let movement = movement::read(text.as_bytes()).unwrap();
    follow(&town.world.app, town.hospitals[0].id, &movement, &std::collections::BTreeMap::new()).await.unwrap();
}

#[tokio::test]
async fn who_was_counted_before_the_admission_was_recorded_is_counted_once() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let minato = &town.hospitals[0];
    assert_eq!(beds(&town.world, minato.ward).await, (36, 2, 1));
    town.later(60).await;
    // The patient came at 9:30, and who counts at ten knows of no promise; one bed is reserved by the hospital itself.
    minato.counts_at([37, 0, 2, 1], "10:00").await.is(303);
    assert_eq!(
        beds(&town.world, minato.ward).await,
        (37, 1, 1),
        "what was promised stays, until somebody says that they came"
    );
    minato.admits(id, "09:30").await.is(303);
    assert_eq!(beds(&town.world, minato.ward).await, (37, 0, 2));
}

#[tokio::test]
async fn who_came_after_the_count_is_counted_too() {
    let town = Town::new().await;
    let id = town.promised(0).await;
    let minato = &town.hospitals[0];
    town.later(60).await;
    minato.counts_at([35, 1, 3, 1], "09:20").await.is(303);
    minato.admits(id, "09:30").await.is(303);
    assert_eq!(beds(&town.world, minato.ward).await, (36, 0, 3));
}

#[tokio::test]
async fn the_hospitals_system_and_who_records_tell_of_one_admission() {
    for told_first in [true, false] {
        let town = Town::new().await;
        town.later(60).await;
        // The system has told of others before.
        told(&town, "m0").await;
        let minato = &town.hospitals[0];
        assert_eq!(beds(&town.world, minato.ward).await, (37, 0, 2), "the hospital's own reservation");
        let id = town.promised(0).await;
        assert_eq!(beds(&town.world, minato.ward).await, (37, 1, 1));
        if told_first {
            told(&town, "m1").await;
            assert_eq!(beds(&town.world, minato.ward).await, (38, 1, 0), "it may be another: the promise stays");
            minato.admits(id, "09:45").await.is(303);
        } else {
            minato.admits(id, "09:45").await.is(303);
            assert_eq!(beds(&town.world, minato.ward).await, (38, 0, 1));
            told(&town, "m1").await;
        }
        assert_eq!(beds(&town.world, minato.ward).await, (38, 0, 1), "told first: {told_first}");
        told(&town, "m2").await;
        assert_eq!(beds(&town.world, minato.ward).await, (39, 0, 0), "the next one is another");
    }
}

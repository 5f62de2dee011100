//! Who gets what: every route × every kind of user, in one table (`table.txt`) that is checked against the lists of routes.
//! A new route without a row fails, and so does a cell that isn't what the table says.

mod requests;

use std::collections::BTreeSet;

use axum::http::Method;
use okaeri::api::ENDPOINTS;
use okaeri::web::PAGES;

use crate::support::area::post;
use crate::support::town::{KINDS, Town};
use crate::support::world::Reply;

/// One line a route, one column a kind of user. A cell is the status; `in` is the way to the sign-in, with what was typed.
const TABLE: &str = include_str!("table.txt");

/// The lines of the table: method, path, cells.
fn rows() -> Vec<(&'static str, &'static str, Vec<&'static str>)> {
    let lines = TABLE.lines().skip(1).filter(|line| !line.trim().is_empty());
    let row = |line: &'static str| {
        let mut words = line.split_whitespace();
        (words.next().unwrap(), words.next().unwrap(), words.collect())
    };
    lines.map(row).collect()
}

#[test]
fn every_route_has_its_line() {
    let served: BTreeSet<_> = PAGES.iter().chain(ENDPOINTS).copied().collect();
    let told: BTreeSet<_> = rows().into_iter().map(|(method, path, _)| (method, path)).collect();
    let missing: Vec<_> = served.difference(&told).collect();
    let gone: Vec<_> = told.difference(&served).collect();
    assert!(missing.is_empty() && gone.is_empty(), "without a line: {missing:?}; without a route: {gone:?}");
    assert_eq!(TABLE.lines().next().unwrap().split_whitespace().collect::<Vec<_>>(), KINDS);
}

#[tokio::test]
async fn everybody_gets_what_the_table_says() {
    let town = Town::new().await;
    let mut wrong = Vec::new();
    let mut rows = rows();
    // Who is signed out or disabled gets nothing any more.
    rows.sort_by_key(|(_, path, _)| (*path == "/sign-out", path.ends_with("/disable")));
    for (method, path, expected) in rows {
        let found = ask(&town, method, path).await;
        if found != expected {
            wrong.push(line(method, path, &expected));
            wrong.push(line("is", "", &found.iter().map(String::as_str).collect::<Vec<_>>()));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n{}", line("", "", &KINDS), wrong.join("\n"));
}

fn line(method: &str, path: &str, cells: &[&str]) -> String {
    let cells: Vec<_> = cells.iter().map(|cell| format!("{cell:<7}")).collect();
    format!("{method:<5}{path:<46} {}", cells.join(" ")).trim_end().to_owned()
}

/// What everybody gets.
async fn ask(town: &Town, method: &str, pattern: &str) -> Vec<String> {
    let path = town.places.path(pattern);
    let mut cells = Vec::new();
    for (person, program) in &town.users {
        let reply = if pattern.starts_with("/api/") {
            let body = requests::body(pattern, &town.places).filter(|_| method != "get");
            let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
            program.send(method, &path, body.map(|body| body.to_string()), None).await
        } else if method == "post" {
            post(person, &path, &requests::fields(pattern, &town.places)).await
        } else {
            person.get(&path).await
        };
        cells.push(cell(&reply));
    }
    cells
}

fn cell(reply: &Reply) -> String {
    let asks = reply.location.starts_with("/sign-in") || reply.body.contains("name=\"kept_address\"");
    if asks { "in".into() } else { reply.status.as_u16().to_string() }
}

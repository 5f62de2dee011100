//! Accounts: from the first one at the command line to the day on which one ends.

use std::process::{Command, Output};

use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;

use crate::support::world::{PASSWORD, World};

/// Runs the program on the world's database.
fn okaeri(world: &World, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okaeri"));
    command.args(arguments).env("OKAERI_DATABASE_URL", &world.url).output().unwrap()
}

fn said(output: &Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn complained(output: &Output) -> String {
    assert!(!output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    let told = String::from_utf8(output.stderr.clone()).unwrap();
    assert_eq!(told.lines().count(), 1, "{told}");
    told
}

/// The password in 「… の最初のパスワード：abcd-…（」.
fn password(said: &str) -> String {
    said.split('：').nth(1).unwrap().split('（').next().unwrap().to_owned()
}

const ADD: [&str; 10] =
    ["staff", "add", "yamada", "--name", "山田 花子", "--licence", "none", "--role", "system_admin", "--organisation"];

#[tokio::test]
async fn a_fresh_database_gets_its_first_administrator_and_the_first_sign_in_changes_the_password() {
    let world = World::new().await;
    let add = |organisation: &'static str| okaeri(&world, &[&ADD[..], &[organisation]].concat());
    assert!(complained(&add("みどり市役所")).contains("「みどり市役所」という機関"));
    assert!(complained(&add("new:castle:みどり城")).contains("castle"));
    let first = password(&said(&add("new:municipality:みどり市役所")));
    assert!(complained(&add("みどり市役所")).contains("すでに登録されています"));
    let stranger = world.stranger();
    let signed_in = stranger.post("/sign-in", &[("login", "yamada"), ("password", &first)]).await;
    let cookie = signed_in.is(303).headers["set-cookie"].to_str().unwrap().to_owned();
    let token = cookie.split(['=', ';']).nth(1).unwrap();
    let yamada = world.holder(token);
    assert_eq!(yamada.get("/admin").await.location, "/password", "nothing opens before the password is changed");
    let fields = [("password", first.as_str()), ("new_password", PASSWORD), ("repeat", PASSWORD)];
    yamada.post("/password", &fields).await.is(303);
    yamada.get("/admin").await.is(200).has("みどり市役所");
}

#[tokio::test]
async fn resetting_and_disabling_at_the_command_line_ends_sessions_and_tokens() {
    let world = World::new().await;
    let hospital = world.org(OrgKind::Hospital, "みなと病院").await;
    let nurse = world.person("nurse", hospital, StaffRole::DischargeNurse).await;
    let token = said(&okaeri(&world, &["token", "create", "nurse", "--name", "電子カルテ"])).trim().to_owned();
    assert!(okaeri::actions::sign_in::recognise_token(&world.app, &token, None).await.is_ok());
    let again = password(&said(&okaeri(&world, &["staff", "reset", "nurse"])));
    assert_eq!(nurse.get("/").await.location, "/sign-in");
    assert!(okaeri::actions::sign_in::sign_in(&world.app, "nurse", &again).await.is_ok());
    said(&okaeri(&world, &["staff", "disable", "nurse"]));
    assert!(okaeri::actions::sign_in::sign_in(&world.app, "nurse", &again).await.is_err());
    assert!(okaeri::actions::sign_in::recognise_token(&world.app, &token, None).await.is_err());
    assert!(complained(&okaeri(&world, &["staff", "disable", "nobody"])).contains("nobody"));
}

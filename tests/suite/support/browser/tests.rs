//! The helpers against a page of their own, under the policy of the real site.

use axum::Router;
use axum::extract::RawForm;
use axum::response::{Html, IntoResponse};
use axum::routing::{get, post};

use super::*;

const FORM: &str = "<!doctype html><html lang=ja><meta name=viewport content='width=device-width'><title>x</title>
    <form method=post action=/heard>
    <label for=b>受入可</label><input id=b name=beds type=number value=9> <label>日 <input name=day type=date></label>
    <label>性別 <select name=sex><option value=m>男性<option value=f>女性</select></label>
    <fieldset><legend>訪問</legend><label><input type=radio name=visit value=y>受入可</label></fieldset>
    <label><input type=checkbox name=ok>確認した</label> <textarea name=note></textarea>
    <button>報告する</button></form><details><summary>凡例</summary>定員とは</details><a href=/form>戻る</a>";

/// The strictest policy of the real site holds here too, so that the helpers are known to work under it.
async fn site() -> String {
    let strict = |page: String| ([("content-security-policy", "default-src 'self'")], Html(page)).into_response();
    let page = move || async move { strict(format!("{FORM}{}", "<p>…".repeat(80))) };
    let ugly = move || async move { strict("<p style='color: red'>x<table width=2000><td>x".into()) };
    let heard = |RawForm(sent): RawForm| async move { String::from_utf8_lossy(&sent).into_owned() };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
    let base = format!("http://{}", listener.local_addr().expect("the port just opened"));
    let site = Router::new().route("/heard", post(heard)).route("/ugly", get(ugly)).fallback(page);
    tokio::spawn(axum::serve(listener, site).into_future());
    base
}

#[tokio::test]
async fn a_form_is_filled_and_sent_as_a_person_does_it() {
    let base = site().await;
    for screen in [Screen::Desk, Screen::Phone] {
        let browser = Browser::start(&base, screen).await;
        browser.open(&format!("{base}/form?again")).await;
        assert_eq!(browser.path().await, "/form?again");
        browser.press("戻る").await;
        assert_eq!(browser.path().await, "/form");
        browser.fill("受入可", "2").await;
        browser.fill("日", "2026-11-24").await;
        browser.fill("性別", "女性").await;
        browser.fill("note", "a b").await;
        browser.tick("訪問 › 受入可").await;
        assert_eq!(browser.value("受入可").await, "2");
        browser.tick("確認した").await;
        assert!(!browser.text().await.contains("定員とは"));
        browser.press("凡例").await;
        assert!(browser.text().await.contains("定員とは"));
        let shot = fs::read(browser.shot(&format!("support-{screen:?}")).await).unwrap();
        let (width, height) = (
            u32::from_be_bytes(shot[16..20].try_into().unwrap()),
            u32::from_be_bytes(shot[20..24].try_into().unwrap()),
        );
        assert!(matches!((screen, width), (Screen::Desk, 1280) | (Screen::Phone, 780)), "{width}");
        assert!(height > 1800, "the fold cuts the picture at {height}");
        browser.press("報告する").await;
        assert_eq!(browser.text().await, "beds=2&day=2026-11-24&sex=f&visit=y&ok=on&note=a+b");
    }
}

#[tokio::test]
async fn what_a_page_may_not_do_is_noticed() {
    let base = site().await;
    let browser = Browser::start(&base, Screen::Phone).await;
    browser.client.goto(&format!("{base}/ugly")).await.unwrap();
    let complaints = browser.complaints().await;
    assert!(complaints[0].contains("Content Security Policy"), "{complaints:?}");
    assert_eq!(complaints[1..], ["wider than the screen"]);
    assert_eq!(browser.complaints().await.len(), 1, "what was said once isn't said again");
}

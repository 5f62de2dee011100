//! A real Chromium without a window, for the paths that people walk: it fills what has a label and presses what can be
//! read, as they do.
//!
//! Browser and driver live no longer than the test, however it ends: the driver is held by a shell that waits on our
//! pipe, the browser hangs on the driver's pipe (`browser/driver.rs`). Nothing sleeps; a press returns when the page it
//! leads to is loaded.
#![expect(clippy::expect_used, reason = "a helper that can't go on says why and ends the test")]

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use axum::http::Method;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use fantoccini::elements::Element;
use fantoccini::wd::WebDriverCompatibleCommand;
use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};
use tokio::time::timeout;
use url::{ParseError, Url};

use driver::Driver;

mod driver;

/// How long a page may take before the test fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// What can be pressed, and how it is called.
const PRESSABLE: &str = "
    const said = e => (e.value && e.tagName === 'INPUT' ? e.value : e.textContent).replace(/\\s+/g, ' ').trim();
    const all = [...document.querySelectorAll('button, a[href], summary, input[type=submit]')];
    return all.find(e => said(e) === arguments[0] && e.checkVisibility());";

/// What changes this page instead of leading to another.
const STAYS: &str = "return arguments[0].matches('summary, [type=button], a[href^=\"#\"]');";

/// A mark that goes with the page.
const MARK: &str = "window.left = false;";
const ARRIVED: &str = "return window.left === undefined && document.readyState === 'complete';";

/// The control with this label (its whole text, else how it begins), else with this name.
const CONTROL: &str = "
    const said = e => e.textContent.replace(/\\s+/g, ' ').trim();
    const labels = [...document.querySelectorAll('label')].filter(e => e.control);
    const label = labels.find(e => said(e) === arguments[0]) ?? labels.find(e => said(e).startsWith(arguments[0]));
    return label?.control ?? document.getElementsByName(arguments[0])[0];";

/// Days and times are set as the page's own picker sets them: what typing does there depends on the locale.
const SET: &str = "
    arguments[0].value = arguments[1];
    arguments[0].dispatchEvent(new Event('input', { bubbles: true }));
    arguments[0].dispatchEvent(new Event('change', { bubbles: true }));";

/// How large the screen is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Screen {
    /// 1280 × 900, a nurse's desk.
    Desk,
    /// 390 × 844 at double density, with touch.
    Phone,
}

/// A browser with a profile of its own, so that each is another person.
pub struct Browser {
    client: Client,
    base: String,
    _driver: Driver,
}

impl Browser {
    /// Opens a browser for the site at `base` (`http://127.0.0.1:8080`).
    pub async fn start(base: &str, screen: Screen) -> Self {
        let driver = Driver::start();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(driver.capabilities(screen))
            .connect(&driver.url())
            .await
            .expect("chromedriver opens a browser");
        Self { client, base: base.to_owned(), _driver: driver }
    }

    /// Goes to a path of the site, or to a whole address of it, as it stands in a mail.
    pub async fn open(&self, path: &str) {
        let path = path.strip_prefix(&self.base).unwrap_or(path);
        self.client.goto(&format!("{}{path}", self.base)).await.expect("the page opens");
    }

    /// Fills the field with this label or name: text, number, a day (`2026-11-24`), a time (`14:00`), or the words of
    /// a choice in a list.
    pub async fn fill(&self, field: &str, value: &str) {
        let control = self.find(CONTROL, field).await;
        let kind = control.prop("type").await.expect("a control has a type").unwrap_or_default();
        match kind.as_str() {
            "select-one" => control.select_by_label(value).await.expect("the choice is in the list"),
            "date" | "time" | "datetime-local" => {
                self.run(SET, vec![json!(control), json!(value)]).await;
            }
            _ => {
                control.clear().await.expect("the field is open");
                control.send_keys(value).await.expect("the field takes it");
            }
        }
    }

    /// Ticks the box or picks the round button with this label or name.
    pub async fn tick(&self, label: &str) {
        self.find(CONTROL, label).await.click().await.expect("nothing lies over it");
    }

    /// Presses the button or follows the link that says exactly this, and waits for the page it leads to.
    pub async fn press(&self, text: &str) {
        let element = self.find(PRESSABLE, text).await;
        let stays = self.run(STAYS, vec![json!(element)]).await == json!(true);
        self.run(MARK, Vec::new()).await;
        element.click().await.expect("nothing lies over it");
        let there = stays || timeout(PATIENCE, self.arrived()).await.is_ok();
        assert!(there, "「{text}」 leads nowhere:\n{}", self.text().await);
    }

    /// The click alone doesn't tell: the old page may answer until the new one is there.
    async fn arrived(&self) {
        while !matches!(self.client.execute(ARRIVED, Vec::new()).await, Ok(Value::Bool(true))) {}
    }

    /// What can be read on the page.
    pub async fn text(&self) -> String {
        let text = self.run("return document.body.innerText;", Vec::new()).await;
        text.as_str().expect("every page has a body").to_owned()
    }

    /// The path of the page that is shown, with its query.
    pub async fn path(&self) -> String {
        let url = self.client.current_url().await.expect("a page is shown");
        url.as_str().strip_prefix(&self.base).unwrap_or(url.as_str()).to_owned()
    }

    /// Keeps the whole page, also what is below the fold, as `shots/NAME.png` beside the build.
    pub async fn shot(&self, name: &str) -> PathBuf {
        let answer = self.client.issue_cmd(WholePage).await.expect("a picture of the page");
        let png = answer["data"].as_str().and_then(|data| STANDARD.decode(data).ok()).expect("a PNG in base64");
        let file = scratch().with_file_name("shots").join(format!("{name}.png"));
        fs::create_dir_all(file.with_file_name("")).expect("a place for pictures");
        fs::write(&file, png).expect("room for a picture");
        file
    }

    async fn find(&self, script: &str, words: &str) -> Element {
        let found = self.run(script, vec![json!(words)]).await;
        assert!(!found.is_null(), "nothing here is called 「{words}」:\n{}", self.text().await);
        Element::from_element_id(self.client.clone(), element_id(&found).into())
    }

    async fn run(&self, script: &str, arguments: Vec<Value>) -> Value {
        self.client.execute(script, arguments).await.expect("the page answers")
    }
}

/// The id of an element, under the key that the standard gives it (<https://www.w3.org/TR/webdriver2/#elements>).
fn element_id(found: &Value) -> String {
    found["element-6066-11e4-a52e-4f735466cecf"].as_str().expect("an element").to_owned()
}

/// Where cargo lets tests write.
fn scratch() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Chromium's own command for a picture larger than the screen; the standard one stops at the fold.
#[derive(Debug)]
struct WholePage;

impl WebDriverCompatibleCommand for WholePage {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/goog/cdp/execute", session.unwrap_or_default()))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        let how = json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": true } });
        (Method::POST, Some(how.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::extract::RawForm;
    use axum::response::{Html, IntoResponse};
    use axum::routing::{get, post};

    use super::*;

    const FORM: &str = "<!doctype html><html lang=ja><meta name=viewport content='width=device-width'><title>x</title>
        <form method=post action=/heard>
        <label for=b>受入可</label><input id=b name=beds type=number value=9> <label>日 <input name=day type=date></label>
        <label>性別 <select name=sex><option value=m>男性<option value=f>女性</select></label>
        <label><input type=checkbox name=ok>確認した</label> <textarea name=note></textarea>
        <button>報告する</button></form><details><summary>凡例</summary>定員とは</details><a href=/form>戻る</a>";

    /// The strictest policy of the real site holds here too, so that the helpers are known to work under it.
    async fn site() -> String {
        let page = || async {
            ([("content-security-policy", "default-src 'self'")], Html(format!("{FORM}{}", "<p>…".repeat(80))))
                .into_response()
        };
        let heard = |RawForm(sent): RawForm| async move { String::from_utf8_lossy(&sent).into_owned() };
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let base = format!("http://{}", listener.local_addr().expect("the port just opened"));
        let site = Router::new().route("/form", get(page)).route("/heard", post(heard));
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
            assert_eq!(browser.text().await, "beds=2&day=2026-11-24&sex=f&ok=on&note=a+b");
        }
    }
}

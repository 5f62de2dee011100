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
#[cfg(test)]
mod tests;

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

/// The control with this label that can be seen (its whole text, else how it begins), else with this name.
/// 「性別 › 女」 is the one called 「女」 in the group that begins with 「性別」.
const CONTROL: &str = "
    const said = e => e.textContent.replace(/\\s+/g, ' ').trim();
    const [name, group] = arguments[0].split(' › ').reverse();
    const groups = [...document.querySelectorAll('fieldset')];
    const place = group ? groups.find(e => said(e.querySelector('legend')).startsWith(group)) : document;
    const labels = [...(place?.querySelectorAll('label') ?? [])].filter(e => e.control && e.checkVisibility());
    const label = labels.find(e => said(e) === name) ?? labels.find(e => said(e).startsWith(name));
    return label?.control ?? document.getElementsByName(name)[0];";

/// Nobody presses what lies under the bar at the lower edge: people move it to where they see it first.
const TO_THE_MIDDLE: &str = "arguments[0].scrollIntoView({ block: 'center', behavior: 'instant' });";

/// What is said beside a control, hint and fault, as a screen reader finds it.
const BESIDE: &str = "
    const ids = (arguments[0].getAttribute('aria-describedby') ?? '').split(' ');
    return ids.map(id => document.getElementById(id)?.innerText ?? '').join(' ').trim();";

/// The width of the window would grow with the page, on a phone.
const TOO_WIDE: &str = "const page = document.documentElement; return page.scrollWidth > page.clientWidth;";

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
        self.check().await;
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
        self.check().await;
    }

    /// The click alone doesn't tell: the old page may answer until the new one is there.
    async fn arrived(&self) {
        while !matches!(self.client.execute(ARRIVED, Vec::new()).await, Ok(Value::Bool(true))) {}
    }

    /// Every page that somebody comes to is one without complaints.
    async fn check(&self) {
        let complaints = self.complaints().await;
        assert!(complaints.is_empty(), "{}: {complaints:?}", self.path().await);
    }

    /// What the browser has to say against the page: what its policy forbids, what a script throws, what isn't there; and
    /// that it is wider than the screen. That a form came back isn't one.
    async fn complaints(&self) -> Vec<String> {
        let log = self.own("se/log", json!({ "type": "browser" })).await;
        let lines = log.as_array().expect("a log").iter().filter_map(|line| line["message"].as_str());
        let mut all: Vec<_> = lines.filter(|line| !line.contains("status of 422")).map(str::to_owned).collect();
        if self.run(TOO_WIDE, Vec::new()).await == json!(true) {
            all.push("wider than the screen".to_owned());
        }
        all
    }

    /// What stands in the field with this label.
    pub async fn value(&self, field: &str) -> String {
        self.find(CONTROL, field).await.prop("value").await.expect("a control has a value").unwrap_or_default()
    }

    /// What is said beside the field with this label: the hint, and what is wrong.
    pub async fn beside(&self, field: &str) -> String {
        let control = self.find(CONTROL, field).await;
        self.run(BESIDE, vec![json!(control)]).await.as_str().unwrap_or_default().to_owned()
    }

    /// Makes sure that all of this can be read on the page, in this order.
    pub async fn shows(&self, words: &[&str]) {
        let text = self.text().await;
        let mut rest = text.as_str();
        for word in words {
            rest =
                rest.split_once(word).unwrap_or_else(|| panic!("{word:?} isn't there, or not in its place:\n{text}")).1;
        }
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
        let how = json!({ "cmd": "Page.captureScreenshot", "params": { "captureBeyondViewport": true } });
        let answer = self.own("goog/cdp/execute", how).await;
        let png = answer["data"].as_str().and_then(|data| STANDARD.decode(data).ok()).expect("a PNG in base64");
        let file = scratch().with_file_name("shots").join(format!("{name}.png"));
        fs::create_dir_all(file.with_file_name("")).expect("a place for pictures");
        fs::write(&file, png).expect("room for a picture");
        file
    }

    async fn find(&self, script: &str, words: &str) -> Element {
        let found = self.run(script, vec![json!(words)]).await;
        assert!(!found.is_null(), "nothing here is called 「{words}」:\n{}", self.text().await);
        self.run(TO_THE_MIDDLE, vec![found.clone()]).await;
        Element::from_element_id(self.client.clone(), element_id(&found).into())
    }

    async fn own(&self, path: &'static str, body: Value) -> Value {
        self.client.issue_cmd(Own { path, body }).await.expect("Chromium's driver knows it")
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

/// A command that only Chromium's driver knows: for its console, and for a picture that doesn't stop at the fold.
#[derive(Debug)]
struct Own {
    path: &'static str,
    body: Value,
}

impl WebDriverCompatibleCommand for Own {
    fn endpoint(&self, base: &Url, session: Option<&str>) -> Result<Url, ParseError> {
        base.join(&format!("session/{}/{}", session.unwrap_or_default(), self.path))
    }

    fn method_and_body(&self, _: &Url) -> (Method, Option<String>) {
        (Method::POST, Some(self.body.to_string()))
    }
}

//! Chromedriver and the browser it starts, ended with the test even where the test is killed.
#![expect(clippy::expect_used, reason = "a helper that can't go on says why and ends the test")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::{Map, Value, json};

use super::Screen;

/// A chromedriver on a port of its own choice.
pub struct Driver {
    shell: Child,
    port: u16,
    home: PathBuf,
}

impl Driver {
    /// Starts it and reads the port from what it says.
    pub fn start() -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let home = super::scratch().join(format!("browser-{}-{number}", std::process::id()));
        let mut shell = Command::new("sh")
            .args(["-c", "chromedriver --port=0 & read -r _; kill $!; wait $!"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("a shell");
        let mut said = BufReader::new(shell.stdout.take().expect("its output is ours")).lines().map_while(Result::ok);
        let port = said.find_map(|line| port_in(&line)).expect("chromedriver is installed and starts");
        Self { shell, port, home }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What the browser is to be: without a window, without calls home, with a profile of its own.
    pub fn capabilities(&self, screen: Screen) -> Map<String, Value> {
        let profile = format!("--user-data-dir={}", self.home.display());
        let mut options = json!({ "args": [
        profile, "--remote-debugging-pipe", "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic",
        "--disable-dev-shm-usage", "--no-first-run", "--disable-background-networking", "--disable-component-update",
        "--disable-sync", "--hide-scrollbars", "--lang=ja", "--window-size=1280,900",
    ] });
        if screen == Screen::Phone {
            let metrics = json!({ "width": 390, "height": 844, "pixelRatio": 2, "mobile": true, "touch": true });
            options["mobileEmulation"] = json!({ "deviceMetrics": metrics });
        }
        [("goog:chromeOptions".to_owned(), options)].into_iter().collect()
    }
}

impl Drop for Driver {
    /// Asks the driver to end itself and its browser, which it does before it answers; then ends it anyway.
    fn drop(&mut self) {
        if let Ok(mut stream) = TcpStream::connect(("127.0.0.1", self.port)) {
            let _ = stream.write_all(b"GET /shutdown HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
            let _ = stream.read_to_end(&mut Vec::new());
        }
        drop(self.shell.stdin.take());
        let _ = self.shell.wait();
        let _ = fs::remove_dir_all(&self.home);
    }
}

fn port_in(line: &str) -> Option<u16> {
    line.split_once("started successfully on port ")?.1.trim_end_matches('.').parse().ok()
}

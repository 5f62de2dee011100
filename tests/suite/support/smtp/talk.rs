//! One conversation of the test's mail server, from greeting to QUIT (RFC 5321 §3), with the script asked at each step.

use std::io::{Error, ErrorKind, Result};
use std::sync::Arc;
use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufStream};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;

use super::{Fault, Mail, Stage, Step};

/// Talks to everybody who connects, until it is aborted: the conversations end with it.
pub async fn welcome(listener: TcpListener, stage: Arc<Stage>) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let talk = Talk { stream: BufStream::new(stream), stage: Arc::clone(&stage), from: None, to: Vec::new() };
        talks.spawn(talk.run());
    }
}

/// One conversation. An error ends it, as does its client.
struct Talk {
    stream: BufStream<TcpStream>,
    stage: Arc<Stage>,
    from: Option<String>,
    to: Vec<String>,
}

impl Talk {
    async fn run(mut self) -> Result<()> {
        if !self.step(Step::Greeting, "220 mail.test ready").await? {
            return Ok(());
        }
        loop {
            let line = String::from_utf8_lossy(&self.line().await?).into_owned();
            let verb = line.get(..4).unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" | "HELO" => self.say("250-mail.test\r\n250 8BITMIME").await?,
                "MAIL" => self.begin(&line).await?,
                "RCPT" => self.name(&line).await?,
                "DATA" => self.take().await?,
                "RSET" => {
                    self.forget();
                    self.say("250 2.0.0 ok").await?;
                }
                "NOOP" => self.say("250 2.0.0 ok").await?,
                "QUIT" => return self.say("221 2.0.0 bye").await,
                _ => self.say("502 5.5.1 not known here").await?,
            }
        }
    }

    async fn begin(&mut self, line: &str) -> Result<()> {
        self.forget();
        self.stage.tries.send_modify(|count| *count += 1);
        if self.step(Step::Mail, "250 2.1.0 ok").await? {
            self.from = Some(address(line));
        }
        Ok(())
    }

    async fn name(&mut self, line: &str) -> Result<()> {
        if self.from.is_none() {
            return self.say("503 5.5.1 MAIL first").await;
        }
        self.to.push(address(line));
        if !self.step(Step::Recipient, "250 2.1.5 ok").await? {
            self.to.pop();
        }
        Ok(())
    }

    async fn take(&mut self) -> Result<()> {
        if self.to.is_empty() {
            return self.say("503 5.5.1 RCPT first").await;
        }
        if !self.step(Step::Data, "354 go on").await? {
            return Ok(());
        }
        let raw = self.body().await?;
        if self.step(Step::Dot, "").await? {
            let mail =
                Mail { from: self.from.clone().unwrap_or_default(), to: self.to.clone(), raw, ended: Instant::now() };
            self.stage.kept.send_modify(|kept| kept.push(mail));
            self.step(Step::Kept, "250 2.0.0 kept").await?;
        }
        self.forget();
        Ok(())
    }

    /// The message up to its final dot, without the dots doubled on the way (RFC 5321 §4.5.2).
    async fn body(&mut self) -> Result<Vec<u8>> {
        let mut raw = Vec::new();
        loop {
            let line = self.line().await?;
            if raw.is_empty() {
                self.step(Step::Body, "").await?;
            }
            if line == b".\r\n" {
                return Ok(raw);
            }
            raw.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
    }

    /// Says what is usual at this step, or does what the script has for it; tells whether it was the usual.
    async fn step(&mut self, step: Step, usual: &str) -> Result<bool> {
        let named = if step == Step::Recipient { self.to.len() - 1 } else { 0 };
        match self.stage.fault(step, &self.to[named..]) {
            None => self.say(usual).await.map(|()| true),
            Some(Fault::Hold) => {
                self.stage.hold().await;
                self.say(usual).await.map(|()| true)
            }
            Some(Fault::Say(line)) => {
                self.say(line).await?;
                if line.starts_with("421") { Err(ErrorKind::ConnectionAborted.into()) } else { Ok(false) }
            }
            Some(Fault::Close) => Err(ErrorKind::ConnectionAborted.into()),
        }
    }

    async fn say(&mut self, line: &str) -> Result<()> {
        if !line.is_empty() {
            self.stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        }
        self.stream.flush().await
    }

    async fn line(&mut self) -> Result<Vec<u8>> {
        let mut line = Vec::new();
        match self.stream.read_until(b'\n', &mut line).await? {
            0 => Err(Error::from(ErrorKind::UnexpectedEof)),
            _ => Ok(line),
        }
    }

    fn forget(&mut self) {
        self.from = None;
        self.to.clear();
    }
}

/// What stands between the angle brackets.
fn address(line: &str) -> String {
    let inside = line.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inside.map_or_else(String::new, |(address, _)| address.to_owned())
}

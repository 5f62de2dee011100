//! A mail server on loopback that does what its script says: take, refuse, fall silent, talk nonsense, hang up.
//!
//! It speaks real SMTP (RFC 5321), so what is tested is the conversation and not a stand-in for the client.
//! It never sleeps: whoever it holds waits until the test lets go. No TLS and no sign-in, the program's own
//! client library is trusted with those. The conversation itself is in `smtp/talk.rs`.
#![expect(clippy::expect_used, reason = "a helper that can't go on says why and ends the test")]

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::mail::Mail;

mod talk;
#[cfg(test)]
mod tests;

/// How long a test waits for something that should happen at once, before it fails instead of hanging.
const PATIENCE: Duration = Duration::from_secs(20);

/// A moment in the conversation at which something can go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// The client has connected and waits for the greeting.
    Greeting,
    /// `MAIL FROM` was heard.
    Mail,
    /// `RCPT TO` was heard.
    Recipient,
    /// `DATA` was heard.
    Data,
    /// The first line of the message was heard; the final dot has not come. Only `Close` and `Hold` make sense here.
    Body,
    /// The final dot was heard; the message is not kept yet.
    Dot,
    /// The message is kept, the client doesn't know: the gap in which a repeat can't be avoided (RFC 1047).
    Kept,
}

/// What goes wrong there.
#[derive(Clone, Copy, Debug)]
pub enum Fault {
    /// Says this line instead, `451 4.3.0 later` as well as nonsense. After a `421` the connection is closed.
    Say(&'static str),
    /// Closes the connection without a word.
    Close,
    /// Says nothing until the test calls [`Smtp::let_go`], then goes on as if nothing had happened.
    Hold,
}

/// One line of the script.
#[derive(Clone, Debug)]
pub struct Rule {
    step: Step,
    fault: Fault,
    recipient: Option<&'static str>,
    once: bool,
}

impl Rule {
    /// Each time the conversation comes to `step`, `fault` happens.
    pub fn at(step: Step, fault: Fault) -> Self {
        Self { step, fault, recipient: None, once: false }
    }

    /// Only in a conversation where this address has been named, so not before [`Step::Recipient`].
    pub fn to(self, recipient: &'static str) -> Self {
        Self { recipient: Some(recipient), ..self }
    }

    /// Only the first time.
    pub fn once(self) -> Self {
        Self { once: true, ..self }
    }

    fn fits(&self, step: Step, named: &[String]) -> bool {
        self.step == step && self.recipient.is_none_or(|wanted| named.iter().any(|name| name == wanted))
    }
}

/// The server. It ends, with every conversation, when it is dropped.
pub struct Smtp {
    address: SocketAddr,
    stage: Arc<Stage>,
    service: Mutex<JoinSet<()>>,
}

impl Smtp {
    /// A server on a free port; an empty script takes every message.
    pub async fn start(script: impl IntoIterator<Item = Rule>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port on loopback");
        let address = listener.local_addr().expect("the port just opened");
        let smtp = Self { address, stage: Arc::default(), service: Mutex::default() };
        smtp.play(script);
        smtp.serve(listener);
        smtp
    }

    /// Where it listens, as the program's setting wants it.
    pub fn url(&self) -> String {
        format!("smtp://{}", self.address)
    }

    /// Replaces the script from the next step on.
    pub fn play(&self, script: impl IntoIterator<Item = Rule>) {
        *self.stage.script.lock().unwrap_or_else(PoisonError::into_inner) = script.into_iter().collect();
    }

    /// Closes the port and every conversation: who connects now is refused.
    pub async fn shut(&self) {
        let mut service = std::mem::take(&mut *self.service());
        service.shutdown().await;
    }

    /// Opens the same port again.
    pub async fn reopen(&self) {
        let listener = TcpListener::bind(self.address).await.expect("the port is still free");
        self.serve(listener);
    }

    /// The messages kept so far, oldest first.
    pub fn messages(&self) -> Vec<Mail> {
        self.stage.kept.borrow().clone()
    }

    /// Waits until `count` messages are kept, and gives all that are.
    pub async fn arrived(&self, count: usize) -> Vec<Mail> {
        wait(&self.stage.kept, |kept| kept.len() >= count, "the mail didn't arrive").await
    }

    /// How many times a client began a message, whatever became of it.
    pub fn tries(&self) -> usize {
        *self.stage.tries.borrow()
    }

    /// Waits until `count` conversations are being held.
    pub async fn holding(&self, count: usize) {
        wait(&self.stage.held, |held| *held >= count, "nobody came to the step that holds").await;
    }

    /// Lets every held conversation go on.
    pub fn let_go(&self) {
        self.stage.releases.send_modify(|count| *count += 1);
    }

    fn serve(&self, listener: TcpListener) {
        self.service().spawn(talk::welcome(listener, Arc::clone(&self.stage)));
    }

    fn service(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.service.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What the server and its conversations share.
#[derive(Default)]
struct Stage {
    script: Mutex<Vec<Rule>>,
    kept: watch::Sender<Vec<Mail>>,
    tries: watch::Sender<usize>,
    held: watch::Sender<usize>,
    releases: watch::Sender<usize>,
}

impl Stage {
    fn fault(&self, step: Step, named: &[String]) -> Option<Fault> {
        let mut script = self.script.lock().unwrap_or_else(PoisonError::into_inner);
        let place = script.iter().position(|rule| rule.fits(step, named))?;
        if script[place].once { Some(script.remove(place).fault) } else { Some(script[place].fault) }
    }

    async fn hold(&self) {
        let mut releases = self.releases.subscribe();
        self.held.send_modify(|count| *count += 1);
        releases.changed().await.expect("the stage outlives its conversations");
        self.held.send_modify(|count| *count -= 1);
    }
}

async fn wait<T: Clone>(watched: &watch::Sender<T>, done: impl FnMut(&T) -> bool, otherwise: &str) -> T {
    let mut news = watched.subscribe();
    timeout(PATIENCE, news.wait_for(done)).await.expect(otherwise).expect("the stage is still there").clone()
}

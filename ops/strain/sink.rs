//! A mail server that keeps what it is sent. It takes everything at once, or has moods, or asks what to do at each step.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot, watch};

use crate::{Result, dice};

/// Where a conversation stands (RFC 5321 §3): before the answer to each of these, or after the last word about a message.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
    Greeting,
    Mail,
    Recipient,
    Data,
    /// The whole message is there.
    Dot,
    /// It is kept, and the 250 is out.
    Kept,
}

/// What the server does at a step.
#[derive(Clone, Copy, Debug)]
pub enum Deed {
    Usual,
    Say(&'static str),
    Cut,
    /// Never answers again.
    Hang,
}

/// How the server behaves.
#[derive(Clone)]
pub enum Mood {
    /// Takes everything.
    Kind,
    /// Fails at random, in every way a mail server can.
    Moody,
    /// Asks at each step.
    Ask(mpsc::UnboundedSender<Asked>),
}

/// A step at which somebody is asked what to do.
pub struct Asked {
    pub step: Step,
    /// The message, once it is there.
    pub raw: Arc<[u8]>,
    answer: oneshot::Sender<Deed>,
}

impl Asked {
    /// Lets the conversation go on.
    pub fn answer(self, deed: Deed) {
        let _gone = self.answer.send(deed);
    }
}

/// A message that was kept.
#[derive(Clone)]
pub struct Letter {
    pub raw: Arc<[u8]>,
    told: Arc<AtomicBool>,
}

impl Letter {
    /// Whether its sender was told so, as far as this side can know.
    pub fn is_told(&self) -> bool {
        self.told.load(Ordering::SeqCst)
    }

    /// The text behind the first header of this name, which is one of a single line.
    pub fn header(&self, name: &str) -> &str {
        header(&self.raw, name)
    }
}

/// The name in a Message-ID: that of the notice.
pub fn id(raw: &[u8]) -> &str {
    header(raw, "Message-ID").trim_start_matches('<').split('@').next().unwrap_or_default()
}

fn header<'r>(raw: &'r [u8], name: &str) -> &'r str {
    let head = raw.split(|byte| *byte == b'\n').map_while(|line| std::str::from_utf8(line).ok());
    let mut lines = head.take_while(|line| *line != "\r");
    lines.find_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).unwrap_or_default().trim_end()
}

/// The mail server.
pub struct Sink {
    pub address: SocketAddr,
    desk: Arc<Desk>,
}

/// What its conversations share.
struct Desk {
    mood: Mutex<Mood>,
    letters: Mutex<Vec<Letter>>,
    /// To whom it said that there is nobody of that name.
    refused: Mutex<HashSet<String>>,
    /// How many conversations there are, and how many there ever were.
    talks: watch::Sender<(usize, usize)>,
}

impl Sink {
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let desk = Arc::new(Desk {
            mood: Mutex::new(Mood::Kind),
            letters: Mutex::default(),
            refused: Mutex::default(),
            talks: watch::Sender::default(),
        });
        let (address, keeper) = (listener.local_addr()?, Arc::clone(&desk));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let desk = Arc::clone(&keeper);
                desk.talks.send_modify(|(now, ever)| (*now, *ever) = (*now + 1, *ever + 1));
                tokio::spawn(async move {
                    let _ended = talk(stream, &desk).await;
                    desk.talks.send_modify(|(now, _)| *now -= 1);
                });
            }
        });
        Ok(Self { address, desk })
    }

    /// From now on it behaves like this.
    pub fn be(&self, mood: Mood) {
        *held(&self.desk.mood) = mood;
    }

    /// How many conversations there ever were.
    pub fn talks(&self) -> usize {
        self.desk.talks.borrow().1
    }

    /// What came since one last asked. First every conversation must have ended: their clients are gone.
    pub async fn letters(&self) -> Result<Vec<Letter>> {
        self.desk.talks.subscribe().wait_for(|(now, _)| *now == 0).await?;
        Ok(self.so_far())
    }

    /// What came since one last asked.
    pub fn so_far(&self) -> Vec<Letter> {
        std::mem::take(&mut *held(&self.desk.letters))
    }

    /// To whom it ever said that there is nobody of that name.
    pub fn refused(&self) -> HashSet<String> {
        held(&self.desk.refused).clone()
    }
}

fn held<T>(kept: &Mutex<T>) -> MutexGuard<'_, T> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Desk {
    /// What is done at this step.
    async fn deed(&self, step: Step, raw: &Arc<[u8]>) -> Deed {
        let asking = match &*held(&self.mood) {
            Mood::Kind => return Deed::Usual,
            Mood::Moody => return moody(step),
            Mood::Ask(asking) => asking.clone(),
        };
        let (answer, answered) = oneshot::channel();
        if asking.send(Asked { step, raw: Arc::clone(raw), answer }).is_err() {
            return Deed::Usual;
        }
        answered.await.unwrap_or(Deed::Usual)
    }
}

/// Of a hundred messages some fifteen don't come through at once, and one never.
fn moody(step: Step) -> Deed {
    if dice(40) > 0 {
        return if step == Step::Recipient && dice(100) == 0 {
            Deed::Say("550 5.1.1 no such user")
        } else {
            Deed::Usual
        };
    }
    match dice(6) {
        0 => Deed::Say("421 4.3.2 closing"),
        1 | 2 => Deed::Say("451 4.3.0 try again later"),
        3 => Deed::Hang,
        4 => Deed::Say("moo"),
        _ => Deed::Cut,
    }
}

/// One conversation, as short as it can be.
async fn talk(stream: TcpStream, desk: &Desk) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    let none: Arc<[u8]> = Arc::default();
    step(&mut stream, desk, Step::Greeting, &none, "220 sink").await?;
    let mut line = String::new();
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        match line.get(..4).unwrap_or_default() {
            "MAIL" => _ = step(&mut stream, desk, Step::Mail, &none, "250 ok").await?,
            "RCPT" => {
                let said = step(&mut stream, desk, Step::Recipient, &none, "250 ok").await?;
                if said.starts_with("550") {
                    let inside = line.split(['<', '>']).nth(1).unwrap_or_default();
                    held(&desk.refused).insert(inside.to_owned());
                }
            }
            "DATA" => {
                if step(&mut stream, desk, Step::Data, &none, "354 go on").await?.starts_with("354") {
                    take(&mut stream, desk).await?;
                }
            }
            "QUIT" => return say(&mut stream, "221 bye").await,
            _ => say(&mut stream, "250 ok").await?,
        }
    }
}

/// The message up to its final dot.
async fn take(stream: &mut BufReader<TcpStream>, desk: &Desk) -> Result<()> {
    let mut raw = Vec::with_capacity(8 << 10);
    while !raw.ends_with(b"\r\n.\r\n") {
        if stream.read_until(b'\n', &mut raw).await? == 0 {
            return Err("cut in the message".into());
        }
    }
    raw.truncate(raw.len() - 3);
    let raw: Arc<[u8]> = raw.into();
    let deed = desk.deed(Step::Dot, &raw).await;
    let refused = matches!(deed, Deed::Say(words) if words.starts_with(['4', '5']));
    let told = Arc::<AtomicBool>::default();
    if !refused {
        held(&desk.letters).push(Letter { raw: Arc::clone(&raw), told: Arc::clone(&told) });
    }
    let usual = matches!(deed, Deed::Usual);
    act(stream, deed, "250 kept").await?;
    if usual {
        told.store(true, Ordering::SeqCst);
        desk.deed(Step::Kept, &raw).await;
    }
    Ok(())
}

async fn step(
    stream: &mut BufReader<TcpStream>,
    desk: &Desk,
    at: Step,
    raw: &Arc<[u8]>,
    usual: &'static str,
) -> Result<&'static str> {
    let deed = desk.deed(at, raw).await;
    act(stream, deed, usual).await
}

/// Does it; what was said. An error ends the conversation.
async fn act(stream: &mut BufReader<TcpStream>, deed: Deed, usual: &'static str) -> Result<&'static str> {
    let words = match deed {
        Deed::Usual => usual,
        Deed::Say(words) => words,
        Deed::Cut => return Err("cut".into()),
        Deed::Hang => {
            stream.read_to_end(&mut Vec::new()).await?;
            return Err("the client has gone".into());
        }
    };
    say(stream, words).await?;
    if words.starts_with("421") { Err("closed".into()) } else { Ok(words) }
}

async fn say(stream: &mut BufReader<TcpStream>, words: &str) -> Result<()> {
    Ok(stream.write_all(format!("{words}\r\n").as_bytes()).await?)
}

//! What was planned against what came: what is lost, what came twice, and whether that can be helped.
//!
//! Between the server's 250 and our record nobody can know what happened (RFC 1047): a copy of a message whose sender was
//! killed there, or never heard the 250, is inside the gap. Any other copy is a fault.

use std::collections::{HashMap, HashSet};

use mail_parser::{MessageParser, MimeHeaders};

use crate::crowd::Crowd;
use crate::sink::Letter;
use crate::{Result, say, sink};

/// The books of one run.
#[derive(Default)]
pub struct Books {
    pub planned: HashSet<String>,
    /// UID and SEQUENCE of what came, by the Message-ID's name.
    came: HashMap<String, String>,
    /// Came, and may come again.
    open: HashSet<String>,
    pub inside: usize,
    outside: usize,
    /// The most messages that one death left in the gap.
    widest: usize,
    /// What should never be.
    pub wrong: Vec<String>,
}

impl Books {
    /// Enters what came in a round; `killed` says that its sender didn't live to record everything.
    pub async fn enter(&mut self, crowd: &Crowd, letters: &[Letter], killed: bool) -> Result<()> {
        let mut here = HashSet::new();
        for letter in letters {
            let id = sink::id(&letter.raw).to_owned();
            if !letter.header("To").contains(&format!("{id}@")) {
                self.wrong.push(format!("{id} went to {}", letter.header("To")));
            }
            let event = event(letter);
            match self.came.insert(id.clone(), event.clone()) {
                None => {}
                Some(first) if first != event => self.wrong.push(format!("{id} came as {first}, then as {event}")),
                Some(_) if self.open.contains(&id) => self.inside += 1,
                Some(_) => {
                    self.outside += 1;
                    self.wrong.push(format!("{id} came again, and nothing had happened"));
                }
            }
            if letter.is_told() {
                here.insert(id)
            } else {
                self.open.insert(id)
            };
        }
        let states = crowd.states().await?;
        let unrecorded: Vec<_> =
            here.into_iter().filter(|id| states.get(id).is_none_or(|state| state != "sent")).collect();
        self.widest = self.widest.max(unrecorded.len());
        if !killed {
            self.wrong.extend(unrecorded.iter().map(|id| format!("{id} came, and is not recorded")));
        }
        self.open.extend(unrecorded);
        self.open.retain(|id| states.get(id).is_none_or(|state| state != "sent"));
        Ok(())
    }

    /// Closes the books and prints the line that they are for; `refused` are addresses of which the server said that
    /// there is nobody: a person has those messages now.
    pub async fn close(&mut self, crowd: &Crowd, refused: &HashSet<String>, what: &str) -> Result<bool> {
        let states = crowd.states().await?;
        let (mut lost, mut by_hand) = (0, 0);
        for id in &self.planned {
            let state = states.get(id).map_or("", String::as_str);
            match (self.came.contains_key(id), state) {
                (true, "sent") => {}
                // Where a kill had left it open whether it came, it was tried again, and may have been refused then.
                (came, "to_do")
                    if refused.contains(&format!("{id}@okaeri.test")) && (!came || self.open.contains(id)) =>
                {
                    by_hand += 1;
                }
                (came, state) => {
                    lost += usize::from(!came);
                    self.wrong.push(format!("{id}: came={came} state={state}"));
                }
            }
        }
        self.wrong.iter().take(20).for_each(|wrong| say(format_args!("wrong: {wrong}")));
        let passed = self.wrong.is_empty() && lost + self.outside == 0 && !self.planned.is_empty();
        say(format_args!(
            "{what}: {} planned={} arrived={} by_hand={by_hand} doubled_inside={} (at most {} open after a kill) doubled_outside={} lost={lost}",
            if passed { "PASS" } else { "FAIL" },
            self.planned.len(),
            self.came.len(),
            self.inside,
            self.widest,
            self.outside,
        ));
        Ok(passed)
    }
}

/// UID and SEQUENCE of a message's calendar part.
fn event(letter: &Letter) -> String {
    let Some(mail) = MessageParser::default().parse(&letter.raw[..]) else { return "not a mail".to_owned() };
    let is_calendar = |part: &&mail_parser::MessagePart<'_>| {
        part.content_type().is_some_and(|kind| kind.subtype() == Some("calendar"))
    };
    let Some(part) = mail.parts.iter().find(is_calendar) else { return "no calendar".to_owned() };
    let text = String::from_utf8_lossy(part.contents()).replace("\r\n ", "");
    let lines = text.lines().filter(|line| line.starts_with("UID:") || line.starts_with("SEQUENCE:"));
    lines.collect::<Vec<_>>().join(" ")
}

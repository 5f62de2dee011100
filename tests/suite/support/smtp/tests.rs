//! The mail server itself, seen by a client that writes its lines by hand.
//!
//! What the reminders are promised to survive is only as true as the faults played here.

use std::time::Instant;

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader, Result};
use tokio::net::TcpStream;

use super::*;

const MESSAGE: &str = "Subject: x\r\n\r\n..a\r\nb\r\n.";

/// Sends one message to `a@x` and `b@x`, going on whatever is said, and gives the first digit of every reply;
/// `-` where the connection was closed.
async fn send(smtp: &Smtp) -> Result<String> {
    let mut stream = BufReader::new(TcpStream::connect(smtp.address).await?);
    let mut seen = reply(&mut stream).await;
    let lines = ["EHLO c", "NOOP", "MAIL FROM:<n@x>", "RCPT TO:<a@x>", "RCPT TO:<b@x>", "DATA", MESSAGE, "QUIT"];
    for line in lines {
        if seen.ends_with('-') {
            break;
        }
        if line == MESSAGE && !seen.ends_with('3') {
            continue;
        }
        stream.write_all(format!("{line}\r\n").as_bytes()).await?;
        seen += &reply(&mut stream).await;
    }
    Ok(seen)
}

async fn reply(stream: &mut BufReader<TcpStream>) -> String {
    let mut line = String::from("250-");
    while line.get(3..4) == Some("-") {
        line.clear();
        if !stream.read_line(&mut line).await.is_ok_and(|length| length > 0) {
            return "-".to_owned();
        }
    }
    line[..1].to_owned()
}

#[tokio::test]
async fn what_it_takes_it_keeps_as_it_was_written() {
    let smtp = Smtp::start([]).await;
    let before = Instant::now();
    assert_eq!(send(&smtp).await.unwrap(), "222222322");
    let mail = smtp.arrived(1).await.remove(0);
    assert_eq!((mail.from.as_str(), mail.to.join(" ").as_str()), ("n@x", "a@x b@x"));
    assert!((before..Instant::now()).contains(&mail.ended));
    assert_eq!(mail.raw, b"Subject: x\r\n\r\n.a\r\nb\r\n");
}

#[tokio::test]
async fn every_fault_comes_at_its_step_and_only_once_when_told_so() {
    let cases = [
        (Rule::at(Step::Greeting, Fault::Close), "-", 0, 0),
        (Rule::at(Step::Mail, Fault::Say("451 4.3.0 later")), "22245552", 0, 1),
        (Rule::at(Step::Recipient, Fault::Say("550 5.1.1 who?")).to("a@x"), "222252322", 1, 1),
        (Rule::at(Step::Recipient, Fault::Say("550 5.1.1 who?")).to("b@x"), "222225322", 1, 1),
        (Rule::at(Step::Recipient, Fault::Say("550 5.1.1 who?")).to("c@x"), "222222322", 1, 1),
        (Rule::at(Step::Data, Fault::Say("421 4.3.2 closing")), "2222224-", 0, 1),
        (Rule::at(Step::Data, Fault::Say("moo")), "222222m2", 0, 1),
        (Rule::at(Step::Body, Fault::Close), "2222223-", 0, 1),
        (Rule::at(Step::Dot, Fault::Say("451 4.3.0 later")), "222222342", 0, 1),
        (Rule::at(Step::Dot, Fault::Close), "2222223-", 0, 1),
        (Rule::at(Step::Kept, Fault::Close), "2222223-", 1, 1),
    ];
    for (rule, replies, kept, tries) in cases {
        let smtp = Smtp::start([rule.clone().once()]).await;
        assert_eq!(send(&smtp).await.unwrap(), replies, "{rule:?}");
        assert_eq!((smtp.messages().len(), smtp.tries()), (kept, tries), "{rule:?}");
        assert_eq!(send(&smtp).await.unwrap(), "222222322", "after {rule:?}");
    }
}

#[tokio::test]
async fn it_holds_until_let_go() {
    let smtp = Smtp::start([Rule::at(Step::Kept, Fault::Hold)]).await;
    let (sent, ()) = tokio::join!(send(&smtp), async {
        smtp.holding(1).await;
        assert_eq!(smtp.messages().len(), 1);
        smtp.let_go();
    });
    assert_eq!(sent.unwrap(), "222222322");
}

#[tokio::test]
async fn when_it_is_shut_nobody_gets_in_until_it_opens_again() {
    let smtp = Smtp::start([]).await;
    smtp.shut().await;
    assert!(send(&smtp).await.is_err());
    smtp.reopen().await;
    smtp.play([Rule::at(Step::Greeting, Fault::Say("554 5.3.2 not today"))]);
    assert_eq!(send(&smtp).await.unwrap(), "5-");
    assert_eq!(smtp.url(), format!("smtp://{}", smtp.address));
}

//! A mail server that takes everything and keeps the Message-IDs.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};

use crate::Result;

/// The mail server.
pub struct Sink {
    pub address: SocketAddr,
    kept: Arc<Mutex<Kept>>,
}

/// What came in.
#[derive(Default)]
struct Kept {
    messages: usize,
    ids: HashSet<String>,
}

impl Sink {
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (address, kept) = (listener.local_addr()?, Arc::<Mutex<Kept>>::default());
        let keeper = Arc::clone(&kept);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(talk(stream, Arc::clone(&keeper)));
            }
        });
        Ok(Self { address, kept })
    }

    /// How many messages came since one last asked, and how many different ones.
    pub fn empty(&self) -> (usize, usize) {
        let kept = std::mem::take(&mut *self.kept.lock().unwrap_or_else(PoisonError::into_inner));
        (kept.messages, kept.ids.len())
    }
}

/// One conversation (RFC 5321), as short as it can be.
async fn talk(stream: TcpStream, kept: Arc<Mutex<Kept>>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    stream.write_all(b"220 sink\r\n").await?;
    let (mut line, mut in_message, mut id) = (String::new(), false, String::new());
    loop {
        line.clear();
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        if in_message {
            if let Some(found) = line.strip_prefix("Message-ID: ") {
                found.trim().clone_into(&mut id);
            }
            if line != ".\r\n" {
                continue;
            }
            let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
            kept.messages += 1;
            kept.ids.insert(std::mem::take(&mut id));
        }
        in_message = !in_message && line == "DATA\r\n";
        stream.write_all(if in_message { b"354 go on\r\n" } else { b"250 ok\r\n" }).await?;
        if line == "QUIT\r\n" {
            return Ok(());
        }
    }
}

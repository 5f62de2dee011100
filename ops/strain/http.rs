//! A connection that speaks as much HTTP/1.1 as our own server sends back, and requests as bytes. On two cores a client
//! works at the server's expense, so this one does next to nothing.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection, and the last answer that came over it.
pub struct Conn {
    stream: TcpStream,
    answer: Vec<u8>,
    head: usize,
}

impl Conn {
    pub async fn open(address: SocketAddr) -> io::Result<Self> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self { stream, answer: Vec::with_capacity(64 << 10), head: 0 })
    }

    /// Sends a request and reads the whole answer; its status.
    pub async fn send(&mut self, request: &[u8]) -> io::Result<u16> {
        self.stream.write_all(request).await?;
        self.answer.clear();
        self.head = loop {
            self.more().await?;
            if let Some(end) = self.answer.windows(4).position(|part| part == b"\r\n\r\n") {
                break end + 4;
            }
        };
        let status = self.head().get(9..12).and_then(|status| status.parse().ok());
        let length = self.header("content-length").map_or(Some(0), |length| length.parse().ok());
        let (Some(status), Some(length)) = (status, length) else { return Err(io::ErrorKind::InvalidData.into()) };
        let whole = self.head + if status == 204 || status == 304 { 0 } else { length };
        while self.answer.len() < whole {
            self.more().await?;
        }
        Ok(status)
    }

    async fn more(&mut self) -> io::Result<()> {
        match self.stream.read_buf(&mut self.answer).await? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    fn head(&self) -> &str {
        std::str::from_utf8(&self.answer[..self.head]).unwrap_or_default()
    }

    /// A header of the last answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head().lines().filter_map(|line| line.split_once(": "));
        lines.into_iter().find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// The body of the last answer, as it came over the wire.
    pub fn body(&self) -> &[u8] {
        &self.answer[self.head..]
    }

    /// The beginning of it, for whoever must be told what went wrong.
    pub fn body_text(&self) -> String {
        String::from_utf8_lossy(self.body()).chars().take(2000).collect()
    }
}

/// A request as bytes. `headers` are whole lines.
pub fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!("{method} {path} HTTP/1.1\r\nhost: okaeri.test\r\n{headers}content-length: {length}\r\n\r\n{body}")
        .into_bytes()
}

/// A page for somebody signed in, as a browser asks for it.
pub fn page(path: &str, session: &str) -> Vec<u8> {
    request("GET", path, &format!("cookie: okaeri={session}\r\naccept-encoding: gzip, deflate, br, zstd\r\n"), "")
}

/// A form as a browser posts it.
pub fn form(path: &str, session: &str, fields: &[(String, String)]) -> Vec<u8> {
    let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
    let headers = format!("cookie: okaeri={session}\r\ncontent-type: application/x-www-form-urlencoded\r\n");
    request("POST", path, &headers, &body)
}

/// A call of a program.
pub fn call(method: &str, path: &str, token: &str, key: &str, body: &serde_json::Value) -> Vec<u8> {
    let headers =
        format!("authorization: Bearer {token}\r\nidempotency-key: {key}\r\ncontent-type: application/json\r\n");
    request(method, path, &headers, &body.to_string())
}

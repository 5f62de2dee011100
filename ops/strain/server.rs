//! The real program as a process: started, asked for its first answer, measured, killed.

use std::fs::{File, OpenOptions};
use std::net::{SocketAddr, TcpListener};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::http::Conn;
use crate::place::Place;
use crate::{Result, pause};

const PATIENCE: Duration = Duration::from_secs(30);

/// The running program. Dropped, it is killed.
pub struct Server {
    child: Child,
    address: SocketAddr,
    command: Command,
    log: PathBuf,
}

impl Server {
    /// Starts `okaeri serve`. `mail` is the address of a mail server; it may be one that isn't there.
    pub fn start(place: &Place, address: SocketAddr, mail: SocketAddr) -> Result<Self> {
        let mut command = okaeri(place, address, mail);
        command.arg("serve");
        Self::run(place, address, command)
    }

    /// Starts any server that listens at `address`.
    pub fn run(place: &Place, address: SocketAddr, mut command: Command) -> Result<Self> {
        command.stdout(Stdio::null()).stderr(log(place)?);
        Ok(Self { child: command.spawn()?, address, command, log: place.log() })
    }

    /// Kills it and starts it again.
    pub fn restart(&mut self) -> Result<()> {
        self.kill()?;
        self.child = self.command.spawn()?;
        Ok(())
    }

    /// Waits for the first answer to `request`; how long that took.
    pub async fn first_answer(&mut self, request: &[u8]) -> Result<Duration> {
        let began = Instant::now();
        loop {
            if let Ok(mut conn) = Conn::open(self.address).await
                && conn.send(request).await? == 200
            {
                return Ok(began.elapsed());
            }
            if began.elapsed() > PATIENCE || self.child.try_wait()?.is_some() {
                return Err(format!("the server doesn't answer; see {}", self.log.display()).into());
            }
            pause(Duration::from_millis(2)).await;
        }
    }

    /// Kills it as the machine's worst moment would (`SIGKILL`), and waits until it is gone.
    fn kill(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// Resident memory in MB (10⁶ bytes).
    pub fn memory(&self) -> Result<f64> {
        resident(self.child.id(), "VmRSS:")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.kill();
    }
}

/// A figure of a process's memory in MB, from Linux.
pub fn resident(process: u32, what: &str) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix(what)).ok_or("no figure of memory")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024.0 / 1e6)
}

/// The program with its settings, and nothing else from the environment.
pub fn okaeri(place: &Place, address: SocketAddr, mail: SocketAddr) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_okaeri"));
    command.env_clear().envs([
        ("OKAERI_DATABASE_URL", place.database_url.clone()),
        ("OKAERI_LISTEN", address.to_string()),
        ("OKAERI_BASE_URL", format!("http://{address}")),
        ("OKAERI_SMTP_URL", format!("smtp://{mail}")),
        ("OKAERI_MAIL_FROM", "okaeri@okaeri.test".to_owned()),
        ("OKAERI_SECRET_FILE", place.secret_file().display().to_string()),
        ("OKAERI_ALLOW_TIME_TRAVEL", "1".to_owned()),
        ("RUST_LOG", "warn".to_owned()),
    ]);
    command
}

/// The place's log, to be written on.
pub fn log(place: &Place) -> Result<File> {
    Ok(OpenOptions::new().create(true).append(true).open(place.log())?)
}

/// A port on loopback that nobody listens at.
pub fn free_port() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

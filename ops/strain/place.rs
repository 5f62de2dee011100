//! A folder and a database for one run, thrown away at its end.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use okaeri::app::App;
use okaeri::clock::Clock;
use okaeri::jobs::mail::Mailer;
use okaeri::secret::Secret;
use okaeri::store::db::Db;
use sqlx::Connection;
use url::Url;

use crate::{Result, say};

/// Where a run takes place.
pub struct Place {
    pub folder: PathBuf,
    pub database_url: String,
    server: Option<(String, String)>,
    mounted: bool,
    pub logs_inside: bool,
}

impl Place {
    /// A fresh place on the disk of cargo's target folder: in memory, as /tmp may be, a write that lasts costs nothing.
    /// `wanted` is `sqlite` or the address of a PostgreSQL server.
    pub async fn new(name: &str, wanted: &str) -> Result<Self> {
        let name = format!("okaeri_{name}_{}", std::process::id());
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(&name);
        std::fs::create_dir_all(&folder)?;
        if wanted == "sqlite" {
            let database_url = format!("sqlite://{}/okaeri.db", folder.display());
            return Ok(Self { folder, database_url, server: None, mounted: false, logs_inside: false });
        }
        let mut url = Url::parse(wanted)?;
        url.set_path(&name);
        command(wanted, &format!("create database {name}")).await?;
        Ok(Self {
            folder,
            database_url: url.into(),
            server: Some((wanted.to_owned(), name)),
            mounted: false,
            logs_inside: false,
        })
    }

    /// A fresh place on a disk of its own, of so many megabytes: in memory, and only root may make one.
    pub async fn small(name: &str, megabytes: u32) -> Result<Self> {
        let mut place = Self::new(name, "sqlite").await?;
        let size = format!("size={megabytes}m");
        let mut mount = Command::new("mount");
        let done = mount.args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&place.folder).status()?;
        if !done.success() {
            return Err("a small disk can't be made: root may".into());
        }
        place.mounted = true;
        Ok(place)
    }

    /// Does something to every connection to this place's database, by SQL of the PostgreSQL server.
    pub async fn command(&self, sql: impl Fn(&str) -> String) -> Result<()> {
        let (server, name) = self.server.as_ref().ok_or("on PostgreSQL only")?;
        command(server, &sql(name)).await
    }

    /// A place within another one, which goes with it.
    pub fn inside(folder: &Path) -> Result<Self> {
        let folder = folder.join("inside");
        std::fs::create_dir_all(&folder)?;
        Ok(Self {
            database_url: format!("sqlite://{}/okaeri.db", folder.display()),
            folder,
            server: None,
            mounted: false,
            logs_inside: false,
        })
    }

    /// The program's parts on this place's database, to prepare what a load needs. Its key is the server's, so that the
    /// links that are made here open there.
    pub async fn app(&self, address: SocketAddr) -> Result<App> {
        let app = App {
            db: Db::open(&self.database_url).await?,
            clock: Clock::System,
            secret: Secret::open(&self.secret_file())?,
            mail: Mailer::Outbox,
            base_url: Arc::from(format!("http://{address}")),
            demo: false,
            board: Arc::default(),
            reception: Arc::default(),
            press: Arc::default(),
            reads_replies: false,
            fax: None,
        };
        app.db.migrate().await?;
        Ok(app)
    }

    /// The log: beside the folder, or on its disk, which may be full.
    pub fn log(&self) -> PathBuf {
        if self.logs_inside { self.folder.join("log") } else { self.folder.with_extension("log") }
    }

    pub fn secret_file(&self) -> PathBuf {
        self.folder.join("okaeri.secret")
    }

    /// Which database it is, in a word.
    pub fn database(&self) -> &'static str {
        if self.server.is_some() { "postgresql" } else { "sqlite" }
    }

    /// Throws everything away if all went well; else says where it is to be looked at.
    pub async fn leave_if(self, passed: bool, app: App) -> Result<()> {
        app.close().await;
        if passed {
            return self.leave().await;
        }
        say(format_args!("what is left of it: {}", self.log().display()));
        Ok(())
    }

    /// Throws everything away.
    pub async fn leave(self) -> Result<()> {
        if self.mounted {
            Command::new("umount").arg(&self.folder).status()?;
        }
        std::fs::remove_dir_all(&self.folder)?;
        let _never_written = std::fs::remove_file(self.folder.with_extension("log"));
        if let Some((server, name)) = self.server {
            command(&server, &format!("drop database {name} with (force)")).await?;
        }
        Ok(())
    }
}

async fn command(server: &str, sql: &str) -> Result<()> {
    let mut connection = sqlx::PgConnection::connect(server).await?;
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await?;
    Ok(connection.close().await?)
}

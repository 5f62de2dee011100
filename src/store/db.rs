//! The only file that knows that there are two databases.
//!
//! `sqlx::Any` has no dates, booleans or uuids across both; functions generic over the database need five `where` lines in
//! each and in each caller. So: one enum inside one small transaction type, and one text of SQL for both.

use std::future::ready;
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use sqlx::pool::{PoolConnection, PoolOptions};
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPoolOptions, PgRow, Postgres};
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteRow, SqliteSynchronous,
};
use sqlx::{
    Arguments, AssertSqlSafe, Connection as _, Encode, FromRow, PgConnection, PgPool, SqlSafeStr as _, SqlStr, Sqlite,
    SqliteConnection, SqlitePool, Transaction, Type,
};

use super::wal_index::{WalIndex, WalIndexes};
use crate::error::{Error, Result};

/// A value that both databases can store.
pub trait Value:
    for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send
{
}
impl<T> Value for T where
    T: for<'q> Encode<'q, Sqlite> + Type<Sqlite> + for<'q> Encode<'q, Postgres> + Type<Postgres> + Send
{
}

/// A row that can be read from both databases.
pub trait Record: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}
impl<T> Record for T where T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin + 'static {}

/// A database: SQLite in a file of our own, or PostgreSQL.
#[derive(Clone, Debug)]
pub enum Db {
    /// SQLite. Writers stand in one fair queue (`write` has one connection); readers never wait for them.
    Sqlite {
        /// Read-only connections.
        read: SqlitePool,
        /// The one writing connection.
        write: SqlitePool,
        /// What tells whether anything was written.
        index: Arc<WalIndexes>,
    },
    /// PostgreSQL, or anything that speaks its protocol.
    Postgres(PgPool),
}

/// Which of the two it is, for the few statements that must differ.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Dialect {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// Rows that SQLite's worker thread may read ahead. The default of 50 makes it wait for us on every page.
const ROW_BUFFER: usize = 500;
/// One of them belongs to the reception.
const SQLITE_READERS: u32 = 5;
const POSTGRES_CONNECTIONS: u32 = 16;
/// A server that falls asleep, or whose network is cut, in the middle of a transaction would keep its rows from everybody
/// for as long as it likes. Shorter than a lease (30 s), and no transaction of ours ever waits for anything but the database.
const POSTGRES_IDLE: (&str, &str) = ("idle_in_transaction_session_timeout", "20s");

/// A pool that keeps its connections: the task that would end old ones counts the idle ones while others take and give them back, may
/// find fewer than none, and then goes over 2⁶⁴ of them without a pause.
fn kept<DB: sqlx::Database>(options: PoolOptions<DB>) -> PoolOptions<DB> {
    options.idle_timeout(None).max_lifetime(None)
}

impl Db {
    /// Checks an address without opening anything.
    ///
    /// # Errors
    /// It is neither `sqlite://…` nor `postgres://…`.
    pub fn check(url: &str) -> Result<()> {
        let known = ["sqlite:", "postgres://", "postgresql://"].iter().any(|scheme| url.starts_with(scheme));
        let words = "OKAERI_DATABASE_URL: begins with sqlite:// or postgres://";
        if known { Ok(()) } else { Err(Error::internal(words)) }
    }

    /// Opens the database at `url` (`sqlite://…` or `postgres://…`); an SQLite file is made where there is none.
    ///
    /// # Errors
    /// The address is neither, or the database can't be opened.
    pub async fn open(url: &str) -> Result<Self> {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            let pool = kept(PgPoolOptions::new()).max_connections(POSTGRES_CONNECTIONS);
            let pool = pool.acquire_timeout(Duration::from_secs(10));
            let options = PgConnectOptions::from_str(url)?.options([POSTGRES_IDLE]);
            return Self::Postgres(pool.connect_with(options).await?).check_durability().await;
        }
        Self::check(url)?;
        let options = SqliteConnectOptions::from_str(url)?
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(20))
            .row_buffer_size(ROW_BUFFER);
        if let Some(folder) = options.get_filename().parent() {
            std::fs::create_dir_all(folder).map_err(Error::internal)?;
        }
        // Where the disk is full, SQLite ends a transaction by itself (https://www.sqlite.org/lang_transaction.html §3.1), and
        // the connection would wait for its end for ever: a new one takes its place.
        let write = kept(SqlitePoolOptions::new()).max_connections(1);
        let write = write.before_acquire(|writer, _| Box::pin(ready(Ok(!writer.is_in_transaction()))));
        let write = write.connect_with(options.clone()).await?;
        let options_file = options.get_filename().to_owned();
        let reading = options.pragma("query_only", "on");
        // A file doesn't hang up: asking the connection whether it is still there would cost as much as a small read.
        let read = kept(SqlitePoolOptions::new()).max_connections(SQLITE_READERS).test_before_acquire(false);
        let read = read.connect_lazy_with(reading);
        let index = Arc::new(WalIndexes::of(options_file));
        Self::Sqlite { read, write, index }.check_durability().await
    }

    /// An acknowledged change must survive the loss of power: refuses to run where the database was told otherwise.
    async fn check_durability(self) -> Result<Self> {
        let mut tx = self.write().await?;
        let lasts = match tx.dialect() {
            Dialect::Sqlite => tx.query("pragma synchronous").one::<(i64,)>().await?.0 >= 2,
            Dialect::Postgres => tx.query("show synchronous_commit").one::<(String,)>().await?.0 != "off",
        };
        drop(tx);
        if lasts {
            Ok(self)
        } else {
            Err(Error::internal("the database must run with synchronous=full, or synchronous_commit=on"))
        }
    }

    /// Which of the two it is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite { .. } => Dialect::Sqlite,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Where SQLite says by itself whether anything was written, for as long as a connection is open that has read; none on
    /// PostgreSQL.
    #[must_use]
    pub fn wal_index(&self) -> Option<Arc<WalIndex>> {
        let Self::Sqlite { index, .. } = self else { return None };
        index.current()
    }

    /// Brings the schema up to date.
    ///
    /// # Errors
    /// A migration fails, or the database is newer than the program.
    pub async fn migrate(&self) -> Result<()> {
        match self {
            Self::Sqlite { write, .. } => sqlx::migrate!("migrations/sqlite").run(write).await,
            Self::Postgres(pool) => sqlx::migrate!("migrations/postgres").run(pool).await,
        }
        .map_err(Error::internal)
    }

    /// Whether every migration of this program is in the database.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn is_current(&self) -> Result<bool> {
        let known = match self {
            Self::Sqlite { .. } => sqlx::migrate!("migrations/sqlite").iter().count(),
            Self::Postgres(_) => sqlx::migrate!("migrations/postgres").iter().count(),
        };
        let mut tx = self.read().await?;
        let sql = "select count(*) from _sqlx_migrations where success";
        let (done,): (i64,) = tx.query(sql).one().await?;
        Ok(usize::try_from(done).is_ok_and(|done| done >= known))
    }

    /// Begins a transaction that only reads.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn read(&self) -> Result<Tx> {
        Ok(Tx(match self {
            Self::Sqlite { read, .. } => Inner::Sqlite(read.begin().await?),
            Self::Postgres(pool) => Inner::Postgres(pool.begin_with("begin read only").await?),
        }))
    }

    /// Begins to read one statement, which needs no transaction: half the way of [`Db::read`], for what every page asks.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn glance(&self) -> Result<Tx> {
        Ok(Tx(match self {
            Self::Sqlite { read, .. } => Inner::SqliteOnce(read.acquire().await?),
            Self::Postgres(pool) => Inner::PostgresOnce(pool.acquire().await?),
        }))
    }

    /// Begins a transaction that writes. On SQLite it takes the writer's lock at once, so that it can't fail half-way.
    pub(super) async fn write(&self) -> Result<Tx> {
        Ok(Tx(match self {
            Self::Sqlite { write, .. } => Inner::Sqlite(write.begin_with("begin immediate").await?),
            Self::Postgres(pool) => Inner::Postgres(pool.begin().await?),
        }))
    }

    /// Waits for what is in flight and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite { read, write, .. } => {
                read.close().await;
                write.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }
}

/// A transaction. Dropped, it is rolled back.
#[derive(Debug)]
pub struct Tx(Inner);

#[derive(Debug)]
enum Inner {
    Sqlite(Transaction<'static, Sqlite>),
    SqliteOnce(PoolConnection<Sqlite>),
    Postgres(Transaction<'static, Postgres>),
    PostgresOnce(PoolConnection<Postgres>),
}

/// The connection behind a transaction or a single statement.
enum Connection<'t> {
    Sqlite(&'t mut SqliteConnection),
    Postgres(&'t mut PgConnection),
}

impl Inner {
    fn connection(&mut self) -> Connection<'_> {
        match self {
            Self::Sqlite(tx) => Connection::Sqlite(tx),
            Self::SqliteOnce(connection) => Connection::Sqlite(connection),
            Self::Postgres(tx) => Connection::Postgres(tx),
            Self::PostgresOnce(connection) => Connection::Postgres(connection),
        }
    }
}

impl Tx {
    /// Which database this is.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self.0 {
            Inner::Sqlite(_) | Inner::SqliteOnce(_) => Dialect::Sqlite,
            Inner::Postgres(_) | Inner::PostgresOnce(_) => Dialect::Postgres,
        }
    }

    /// A word that stays the same as long as nobody has written anything. It is this connection's own, to be compared with
    /// what the same connection said before.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn state(&mut self) -> Result<Vec<u8>> {
        if self.dialect() == Dialect::Sqlite {
            // https://www.sqlite.org/pragma.html#pragma_data_version
            let (version,): (i64,) = self.query("pragma data_version").one().await?;
            return Ok(version.to_ne_bytes().to_vec());
        }
        // Which transactions are done: https://www.postgresql.org/docs/current/functions-info.html#FUNCTIONS-INFO-SNAPSHOT
        let (snapshot,): (String,) = self.query("select cast(pg_current_snapshot() as text)").one().await?;
        Ok(snapshot.into_bytes())
    }

    /// A statement with `$1`, `$2` … in it, to be bound in that order.
    pub fn query(&mut self, sql: &'static str) -> Query<'_> {
        let arguments = match self.dialect() {
            Dialect::Sqlite => Bound::Sqlite(SqliteArguments::default()),
            Dialect::Postgres => Bound::Postgres(PgArguments::default()),
        };
        Query { tx: self, sql: sql.into_sql_str(), arguments: Ok(arguments), count: 0 }
    }

    /// A statement with a list in it: `{rows}` stands for so many rows of so many parameters, to be bound row by row after the
    /// other ones. The list is never empty.
    pub fn query_rows(&mut self, sql: &'static str, rows: usize, width: usize) -> Query<'_> {
        let first = highest_parameter(sql) + 1;
        let row = |row: usize| {
            let names: Vec<_> = (0..width).map(|column| format!("${}", first + row * width + column)).collect();
            format!("({})", names.join(", "))
        };
        let list: Vec<_> = (0..rows).map(row).collect();
        let mut query = self.query(sql);
        query.sql = AssertSqlSafe(sql.replace("{rows}", &list.join(", "))).into_sql_str();
        query
    }

    /// Begins a part that can fail without the rest: on PostgreSQL a transaction in which one statement failed takes no other.
    /// It ends with [`Tx::keep_part`] or [`Tx::undo_part`].
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn begin_part(&mut self) -> Result<()> {
        self.query("savepoint part").execute().await.map(drop)
    }

    /// Ends the part; what it did belongs to the transaction.
    ///
    /// # Errors
    /// The database doesn't answer.
    pub async fn keep_part(&mut self) -> Result<()> {
        self.query("release savepoint part").execute().await.map(drop)
    }

    /// Ends the part, and nothing of it has happened.
    ///
    /// # Errors
    /// The database doesn't answer, or has ended the whole transaction.
    pub async fn undo_part(&mut self) -> Result<()> {
        self.query("rollback to savepoint part").execute().await?;
        self.keep_part().await
    }

    pub(super) async fn commit(self) -> Result<()> {
        match self.0 {
            Inner::Sqlite(tx) => tx.commit().await?,
            Inner::Postgres(tx) => tx.commit().await?,
            // A single statement is kept as it is.
            Inner::SqliteOnce(_) | Inner::PostgresOnce(_) => {}
        }
        Ok(())
    }
}

/// A statement on its way.
#[must_use = "a statement does nothing until it is sent"]
pub struct Query<'t> {
    tx: &'t mut Tx,
    sql: SqlStr,
    arguments: Result<Bound>,
    count: usize,
}

enum Bound {
    Sqlite(SqliteArguments),
    Postgres(PgArguments),
}

impl Query<'_> {
    /// Binds the next parameter.
    pub fn bind(mut self, value: impl Value) -> Self {
        self.count += 1;
        if let Ok(arguments) = &mut self.arguments {
            let added = match arguments {
                Bound::Sqlite(arguments) => arguments.add(value),
                Bound::Postgres(arguments) => arguments.add(value),
            };
            if let Err(error) = added {
                self.arguments = Err(Error::internal(error));
            }
        }
        self
    }

    /// Sends it; the number of rows that it changed.
    ///
    /// # Errors
    /// The database refuses it.
    pub async fn execute(self) -> Result<u64> {
        self.check();
        Ok(match (self.tx.0.connection(), self.arguments?) {
            (Connection::Sqlite(to), Bound::Sqlite(bound)) => {
                sqlx::query_with(self.sql, bound).execute(to).await?.rows_affected()
            }
            (Connection::Postgres(to), Bound::Postgres(bound)) => {
                sqlx::query_with(self.sql, bound).execute(to).await?.rows_affected()
            }
            _ => return Err(Error::internal("arguments of the other database")),
        })
    }

    /// Sends it; all its rows.
    ///
    /// # Errors
    /// The database refuses it, or a row can't be read.
    pub async fn all<T: Record>(self) -> Result<Vec<T>> {
        self.check();
        Ok(match (self.tx.0.connection(), self.arguments?) {
            (Connection::Sqlite(to), Bound::Sqlite(bound)) => {
                sqlx::query_as_with(self.sql, bound).fetch_all(to).await?
            }
            (Connection::Postgres(to), Bound::Postgres(bound)) => {
                sqlx::query_as_with(self.sql, bound).fetch_all(to).await?
            }
            _ => return Err(Error::internal("arguments of the other database")),
        })
    }

    /// Sends it; its first row, if it has one.
    ///
    /// # Errors
    /// The database refuses it, or the row can't be read.
    pub async fn optional<T: Record>(self) -> Result<Option<T>> {
        self.check();
        Ok(match (self.tx.0.connection(), self.arguments?) {
            (Connection::Sqlite(to), Bound::Sqlite(bound)) => {
                sqlx::query_as_with(self.sql, bound).fetch_optional(to).await?
            }
            (Connection::Postgres(to), Bound::Postgres(bound)) => {
                sqlx::query_as_with(self.sql, bound).fetch_optional(to).await?
            }
            _ => return Err(Error::internal("arguments of the other database")),
        })
    }

    /// Sends it; its one row.
    ///
    /// # Errors
    /// [`Error::NotFound`] where there is none.
    pub async fn one<T: Record>(self) -> Result<T> {
        self.optional().await?.ok_or(Error::NotFound)
    }

    /// SQLite binds NULL for a parameter that was forgotten; this finds it in every test.
    fn check(&self) {
        debug_assert_eq!(highest_parameter(self.sql.as_str()), self.count, "parameters of: {}", self.sql.as_str());
    }
}

fn highest_parameter(sql: &str) -> usize {
    let numbers = sql.split('$').skip(1).map(|rest| {
        let digits: String = rest.chars().take_while(char::is_ascii_digit).collect();
        digits.parse().unwrap_or(0)
    });
    numbers.max().unwrap_or(0)
}

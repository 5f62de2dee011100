//! A world of its own for each test: a fresh database, a clock that stands still, organisations and people.
//!
//! `ward.person("discharge_nurse").await.post("/cases", …)`: tests speak of people, and go through the front door.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use axum::response::Response;
use chrono::{DateTime, TimeDelta, Utc};
use okaeri::actions::{orgs, sign_in, staff};
use okaeri::app::{App, By};
use okaeri::clock::Clock;
use okaeri::domain::access::Via;
use okaeri::domain::calendar::at;
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::{Licence, StaffRole};
use okaeri::id::{AccountId, OrgId, WardId};
use okaeri::jobs::mail::Mailer;
use okaeri::secret::{self, Secret};
use okaeri::store::beds;
use okaeri::store::db::Db;
use okaeri::store::orgs::NewOrg;
use okaeri::web;
use sqlx::Connection;
use tokio::net::TcpListener;
use tokio::sync::OnceCell;
use tower::ServiceExt;

/// The password of everybody in a test's world.
pub const PASSWORD: &str = "tsukimi-dango-to-susuki";

/// A world.
pub struct World {
    pub app: App,
    /// The address of the database, for the program itself.
    pub url: String,
    pub router: Router,
    place: Place,
}

enum Place {
    File(PathBuf),
    Server { server: String, name: String },
}

impl World {
    /// A world on Tuesday, 24 November 2026, 9:00 in Japan: the day after a holiday.
    pub async fn new() -> Self {
        Self::with(Mailer::Outbox).await
    }

    /// The same, with a mail server.
    pub async fn with(mail: Mailer) -> Self {
        Self::made(mail, false, "http://okaeri.test").await
    }

    /// The same, as the demo.
    pub async fn demo() -> Self {
        Self::made(Mailer::Outbox, true, "http://okaeri.test").await
    }

    /// The same as new, and a browser of this machine reaches it at its address.
    pub async fn served() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let world = Self::made(Mailer::Outbox, false, &address).await;
        tokio::spawn(axum::serve(listener, world.router.clone()).into_future());
        world
    }

    async fn made(mail: Mailer, demo: bool, address: &str) -> Self {
        let (url, place) = database().await;
        let app = App {
            db: Db::open(&url).await.unwrap(),
            clock: Clock::at(japan("2026-11-24T09:00")),
            secret: Secret::random().unwrap(),
            mail,
            base_url: Arc::from(address),
            demo,
            board: Arc::default(),
            reception: Arc::default(),
            press: Arc::default(),
            reads_replies: false,
            fax: None,
        };
        Self { router: web::router(app.clone()), app, url, place }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.app.clock.now()
    }

    pub fn later(&self, by: TimeDelta) {
        self.app.clock.set(self.now() + by);
    }

    /// An organisation with a mail address, a telephone and the usual hours.
    pub async fn org(&self, kind: OrgKind, name: &str) -> OrgId {
        let id = OrgId::fresh();
        let mail = Some(format!("{}@example.jp", id.to_string().replace('-', "")));
        let new = NewOrg { phone: Some("000-1234-5678".into()), mail, ..NewOrg::by_hand(kind, name, name, id) };
        let tx = self.app.change_by(By::program(Via::Cli)).await.unwrap();
        orgs::register(tx, id, &new).await.unwrap()
    }

    /// A ward of forty beds.
    pub async fn ward(&self, org: OrgId, name: &str) -> WardId {
        let id = WardId::fresh();
        let mut tx = self.app.bookkeep().await.unwrap();
        let sql = "insert into ward (id, org_id, name, kind, capacity, sex_limit, position, active)
                   values ($1, $2, $3, 'acute', 40, 'either', 1, $4)";
        tx.query(sql).bind(id).bind(org).bind(name).bind(true).execute().await.unwrap();
        tx.commit().await.unwrap();
        id
    }

    /// Puts an organisation in its place.
    pub async fn place(&self, org: OrgId, latitude: f64, longitude: f64) {
        let mut tx = self.app.bookkeep().await.unwrap();
        let sql = "update org set latitude = $2, longitude = $3 where id = $1";
        tx.query(sql).bind(org).bind(latitude).bind(longitude).execute().await.unwrap();
        beds::raise_board(&mut tx).await.unwrap();
        tx.commit().await.unwrap();
    }

    /// Lets an organisation be reached by telephone only.
    pub async fn only_by_phone(&self, org: OrgId) {
        let mut tx = self.app.bookkeep().await.unwrap();
        tx.query("update org set preferred_channel = 'phone' where id = $1").bind(org).execute().await.unwrap();
        tx.commit().await.unwrap();
    }

    /// How many rows a table has.
    pub async fn count(&self, sql: &'static str) -> i64 {
        let (count,): (i64,) = self.app.look().await.unwrap().query(sql).one().await.unwrap();
        count
    }

    /// Somebody who works at an organisation, not signed in.
    pub async fn staff(&self, login: &str, org: OrgId, role: StaffRole) -> AccountId {
        let new = staff::NewStaff {
            login: login.into(),
            name: format!("{login}さん"),
            name_kana: login.into(),
            licence: Licence::OtherLicence,
            mail: None,
            org,
            roles: vec![role],
            password: PASSWORD.into(),
            must_change_password: false,
        };
        staff::add(&self.app, By::program(Via::Cli), new, None).await.unwrap()
    }

    /// Somebody who works at an organisation, signed in.
    pub async fn person(&self, login: &str, org: OrgId, role: StaffRole) -> Person {
        self.staff(login, org, role).await;
        self.sign_in(login).await
    }

    pub async fn sign_in(&self, login: &str) -> Person {
        let token = sign_in::sign_in(&self.app, login, PASSWORD).await.unwrap();
        Person { router: self.router.clone(), token }
    }

    /// A second server on the same database, which shares nothing else with the first.
    pub fn other_server(&self) -> Router {
        web::router(App { board: Arc::default(), reception: Arc::default(), ..self.app.clone() })
    }

    /// Whoever holds this session's token.
    pub fn holder(&self, token: &str) -> Person {
        Person { router: self.router.clone(), token: token.to_owned() }
    }

    /// Somebody without a session.
    pub fn stranger(&self) -> Person {
        Person { router: self.router.clone(), token: String::new() }
    }
}

/// Somebody at the front door.
#[derive(Clone)]
pub struct Person {
    pub router: Router,
    pub token: String,
}

/// What came back.
#[derive(Debug)]
pub struct Reply {
    pub status: StatusCode,
    pub location: String,
    pub headers: axum::http::HeaderMap,
    pub body: String,
    /// The same as it came: what isn't text.
    pub bytes: Vec<u8>,
}

impl Reply {
    /// The id at the end of the address that one was sent to.
    pub fn id<T: std::str::FromStr>(&self) -> T
    where
        T::Err: std::fmt::Debug,
    {
        let path = self.location.split('?').next().unwrap();
        path.rsplit('/').next().unwrap().parse().expect(&self.location)
    }

    /// The numbers that a page with 「変更なし」 shows, as it would send them.
    pub fn seen(&self) -> Vec<(&str, &str)> {
        let fields = self.body.split("name=\"seen\" value=\"").skip(1);
        fields.map(|rest| ("seen", rest.split('"').next().unwrap())).collect()
    }

    #[track_caller]
    pub fn has(&self, text: &str) -> &Self {
        assert!(self.body.contains(text), "{text:?} isn't in:\n{}", self.body);
        self
    }

    #[track_caller]
    pub fn lacks(&self, text: &str) -> &Self {
        assert!(!self.body.contains(text), "{text:?} is in:\n{}", self.body);
        self
    }

    /// What a hidden field of the page's form holds.
    #[track_caller]
    pub fn value(&self, field: &str) -> &str {
        let field = format!("name=\"{field}\" value=\"");
        self.body.split(&field).nth(1).expect(&field).split('"').next().unwrap()
    }

    /// The body as JSON.
    #[track_caller]
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.body).expect(&self.body)
    }

    #[track_caller]
    pub fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{} {}", self.location, self.body);
        self
    }
}

impl Person {
    /// Somebody with a session, at another server.
    pub fn at(router: &Router, token: &str) -> Self {
        Self { router: router.clone(), token: token.into() }
    }

    pub async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None).await
    }

    /// Posts a form with the session's form token.
    pub async fn post(&self, path: &str, fields: &[(&str, &str)]) -> Reply {
        let token = secret::form_token(&self.token);
        let body =
            form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).append_pair("csrf", &token).finish();
        self.send(Method::POST, path, Some(("application/x-www-form-urlencoded", body.into_bytes()))).await
    }

    pub async fn send(&self, method: Method, path: &str, body: Option<(&str, Vec<u8>)>) -> Reply {
        let mut request =
            Request::builder().method(method).uri(path).header(header::COOKIE, format!("okaeri={}", self.token));
        if let Some((kind, _)) = &body {
            request = request.header(header::CONTENT_TYPE, *kind);
        }
        let body = body.map_or_else(Body::empty, |(_, bytes)| Body::from(bytes));
        self.request(request.body(body).unwrap()).await
    }

    /// Sends any request.
    pub async fn request(&self, request: Request<Body>) -> Reply {
        read(self.router.clone().oneshot(request).await.unwrap()).await
    }
}

async fn read(response: Response) -> Reply {
    let (parts, body) = response.into_parts();
    let location = parts.headers.get(header::LOCATION).map(|to| to.to_str().unwrap().to_owned()).unwrap_or_default();
    let bytes = axum::body::to_bytes(body, 64 << 20).await.unwrap();
    let body = String::from_utf8_lossy(&bytes).into_owned();
    Reply { status: parts.status, location, headers: parts.headers, body, bytes: bytes.to_vec() }
}

/// A moment from a Japanese wall clock, `2026-11-24T09:00`.
pub fn japan(text: &str) -> DateTime<Utc> {
    let (day, time) = text.split_once('T').unwrap();
    at(day.parse().unwrap(), format!("{time}:00").parse().unwrap())
}

/// A fresh database with the schema in it: copied from a template, which is made once.
async fn database() -> (String, Place) {
    static TEMPLATE: OnceCell<String> = OnceCell::const_new();
    let wanted = std::env::var("OKAERI_TEST_DATABASE").unwrap_or_else(|_| "sqlite".into());
    let unique = OrgId::fresh().to_string().replace('-', "");
    if wanted == "sqlite" {
        let template = TEMPLATE.get_or_init(sqlite_template).await;
        let folder = std::env::temp_dir().join(format!("okaeri-test-{unique}"));
        std::fs::create_dir(&folder).unwrap();
        let file = folder.join("okaeri.db");
        std::fs::copy(template, &file).unwrap();
        return (format!("sqlite://{}", file.display()), Place::File(folder));
    }
    let template = TEMPLATE.get_or_init(|| postgres_template(wanted.clone())).await;
    let name = format!("okaeri_{unique}");
    run(&wanted, &format!("create database {name} template {template}")).await;
    (database_url(&wanted, &name), Place::Server { server: wanted, name })
}

async fn sqlite_template() -> String {
    let folder = std::env::temp_dir().join(format!("okaeri-template-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir(&folder).unwrap();
    let file = folder.join("okaeri.db").display().to_string();
    let db = Db::open(&format!("sqlite://{file}")).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    file
}

async fn postgres_template(server: String) -> String {
    let name = format!("okaeri_template_{}", std::process::id());
    run(&server, &format!("create database {name}")).await;
    let db = Db::open(&database_url(&server, &name)).await.unwrap();
    db.migrate().await.unwrap();
    db.close().await;
    name
}

/// The address of another database on the same server.
fn database_url(server: &str, name: &str) -> String {
    let (base, query) = server.split_once('?').map_or((server, ""), |(base, query)| (base, query));
    let (host, _) = base.rsplit_once('/').unwrap();
    if query.is_empty() { format!("{host}/{name}") } else { format!("{host}/{name}?{query}") }
}

async fn run(server: &str, sql: &str) {
    // Templates can be copied by one at a time only.
    static ONE: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());
    let _turn = ONE.lock().await;
    let mut connection = sqlx::PgConnection::connect(server).await.unwrap();
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql.to_owned())).execute(&mut connection).await.unwrap();
    connection.close().await.unwrap();
}

impl Drop for World {
    fn drop(&mut self) {
        match &self.place {
            Place::File(folder) => drop(std::fs::remove_dir_all(folder)),
            Place::Server { server, name } => {
                let (server, sql) = (server.clone(), format!("drop database {name} with (force)"));
                let work = move || {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    runtime.block_on(run(&server, &sql));
                };
                // The test's own runtime may be ending: the database is dropped from a thread of its own.
                std::thread::spawn(work).join().ok();
            }
        }
    }
}

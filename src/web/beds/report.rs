//! The bed report (空床報告): every ward on one screen, 「変更なし」 first. A correction is a new report.

use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use super::about;
use super::board::Board;
use super::inbox;
use super::part::{self, Part};
use super::row::reported_by;
use super::sheet::{self, AS_OF_DAY};
use crate::actions::beds::{self as act, AS_OF};
use crate::app::App;
use crate::domain::access::{Permission, Reporter};
use crate::domain::bed::EntryKind;
use crate::domain::fault::{Fault, Faults};
use crate::domain::{short_code, wareki};
use crate::error::{Error, Result, or_before};
use crate::id::{LineId, OrgId};
use crate::store::beds::WardNow;
use crate::store::beds::inbox::{self as told, NotTaken};
use crate::web::failure::Failure;
use crate::web::form::{Form, ONCE, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::requests::brief;
use crate::web::session::Session;
use crate::web::ui::board::board as rows;
use crate::web::ui::form::{Look, actions, button, csrf_field, get, hidden_field, pair};
use crate::web::ui::link::{button_link, tel_inline};
use crate::web::ui::panel::{empty, head, panel};
use crate::web::ui::table::Table;
use crate::web::ui::tasks::Task;
use crate::web::{Answer, ok, refused};

/// The field that says which numbers were seen, once for each ward.
pub(super) const SEEN: &str = "seen";
/// The field of a sheet's code.
const CODE: &str = "code";

/// Whose beds: those of the organisation in the address, else the own ones. None where the asker has none and enters for
/// others: the organisation is to be chosen.
fn asked_org(session: &Session, query: &Form) -> Result<Option<OrgId>> {
    let actor = &session.actor;
    if !query.text("org").is_empty() {
        return query.text("org").parse().map(Some).map_err(|_| Error::NotFound);
    }
    if actor.may(Permission::ReportForOthers) && !actor.may(Permission::ReportBeds) {
        return Ok(None);
    }
    Ok(Some(actor.org))
}

/// The report of one organisation, as a page.
struct Desk<'a> {
    app: &'a App,
    session: &'a Session,
    reporter: Reporter,
    board: Board,
    requests: Vec<Task>,
    not_taken: Vec<NotTaken>,
}

impl<'a> Desk<'a> {
    async fn open(app: &'a App, session: &'a Session, reporter: Reporter) -> Result<Self> {
        let (mut tx, now) = (app.look().await?, app.clock.now());
        let board = Board::of(&mut tx, session.actor.network(), reporter.org(), now).await?;
        let requests =
            if reporter.is_proxy() { Vec::new() } else { brief::lines(&mut tx, &session.actor, now).await? };
        if board.wards.is_empty() && reporter.is_proxy() {
            return Err(Error::NotFound);
        }
        let not_taken = told::not_taken(&mut tx, session.actor.network(), Some(reporter.org())).await?;
        Ok(Self { app, session, reporter, board, requests, not_taken })
    }

    fn org_name(&self) -> &str {
        self.board.wards.first().map_or(&self.session.actor.org_name, |ward| &ward.org_name)
    }

    /// The address of this report, with more behind it.
    fn address(&self, path: &str) -> String {
        address(path, self.reporter)
    }

    /// What somebody has to see `first` stands above the requests that wait, the rest below them.
    fn page(&self, done: &str, first: &Markup, body: &Markup) -> Markup {
        let lead = html! {
            span { (self.org_name()) }
            span { "報告者 " (self.session.actor.name) }
            @if self.reporter.is_proxy() { span { "代理入力（" (self.session.actor.org_name) "）" } }
        };
        let has_wards = !self.board.wards.is_empty();
        let body = html! { (head("", "空床報告", &lead, &ways(has_wards.then_some(self.reporter)))) (first) (inbox::notices(&self.not_taken, self.board.now, &self.board.holidays)) (brief::panel(&self.requests)) (body) };
        layout::page(self.app, self.session, Menu::Report, "空床報告", done, &body)
    }

    /// The form, with what was said last or what was typed.
    fn form(&self, form: &Form) -> Markup {
        if self.board.wards.is_empty() {
            return self.page("", &html! {}, &self.no_wards());
        }
        let (shown, light) = (Shown::new(form), self.board.light());
        self.page(
            "",
            &sheet::faults(form, &self.board.wards),
            &html! {
                // Beside what was typed, one press that forgets it would be a trap.
                @if form.faults.0.is_empty() { (self.no_change()) }
                form.form method="post" action=(self.address("/beds/report")) novalidate {
                    (csrf_field(&self.session.form_token))
                    (shown.once())
                    @for ward in &self.board.wards { (Part::new(ward, &shown).panel(&light)) }
                    (panel("as-of", "いつの数か", &sheet::as_of(&shown)))
                    (actions(&button(Look::Primary, "報告する")))
                }
                details.more { summary { "数え方と用語" } (about::terms()) p { a href="/beds/about" { "受け入れの状態・報告の新しさ・病棟の種類" } } }
            },
        )
    }

    /// The one tap that is enough on most days, where every ward has something to repeat.
    fn no_change(&self) -> Markup {
        let wards = &self.board.wards;
        let repeatable =
            wards.iter().all(|ward| ward.report.counts().is_some_and(|counts| counts.check(ward.capacity).is_ok()));
        let last = wards.iter().filter_map(|ward| ward.report.as_of).max();
        let Some(last) = last.filter(|_| repeatable) else { return html! {} };
        let when = wareki::recent(last, self.board.now, &self.board.holidays);
        let text = format!("全{}病棟とも前回（{when}）の数のままなら、これだけで報告が終わります。", wards.len());
        let key = LineId::fresh().to_string();
        html! {
            form.lead method="post" action=(self.address("/beds/report/no-change")) {
                (csrf_field(&self.session.form_token))
                (hidden_field(ONCE, &key))
                @for ward in wards { (hidden_field(SEEN, &act::seen(ward))) }
                p { (text) }
                (button(Look::Primary, "変更なし"))
            }
        }
    }

    fn no_wards(&self) -> Markup {
        html! {
            (empty("病棟がまだ登録されていません。機関管理者が登録すると、ここで報告できます。"))
            @if self.session.actor.may(Permission::ManageOrg) { p { a href="/wards" { "病棟を登録する" } } }
        }
    }

    /// What the board says after the report, and how to correct it.
    fn told(&self) -> Markup {
        let wards: Vec<_> = self.board.wards.iter().map(AsRef::as_ref).collect();
        let told = html! {
            section.stack aria-labelledby="told" {
                h2 id="told" { "空床情報にはこう出ています" }
                (rows(self.board.light().house(&wards).as_slice()))
                (withheld(&wards))
                p { "まちがいに気づいたら、もう一度報告してください。新しい報告に置き換わります（前の報告も記録に残ります）。" }
                div.actions {
                    (button_link(Look::Primary, "/beds", "空床情報を見る"))
                    (button_link(Look::Secondary, &self.address("/beds/report"), "訂正する"))
                }
            }
        };
        self.page("reported", &told, &html! {})
    }
}

/// What was reported though it is seldom meant.
fn withheld(wards: &[&WardNow]) -> Markup {
    let doubtful = wards.iter().filter_map(|ward| Some((&ward.ward_name, ward.report.counts()?.withheld()?)));
    html! {
        @for (ward, beds) in doubtful {
            p.doubt data-tone="warn" { (ward) "：" (part::withheld(beds)) "このままでよければ、何もしなくてかまいません。" }
        }
    }
}

fn address(path: &str, reporter: Reporter) -> String {
    if reporter.is_proxy() { format!("{path}?org={}", reporter.org()) } else { path.to_owned() }
}

/// Other ways, and how one's reports are doing; the sheet on paper where it is clear whose.
fn ways(reporter: Option<Reporter>) -> Markup {
    html! {
        @if let Some(reporter) = reporter { (button_link(Look::Quiet, &address("/beds/report/sheet.pdf", reporter), "FAX用紙")) }
        (button_link(Look::Quiet, "/beds/import", "ファイルで報告"))
        (button_link(Look::Quiet, "/beds/reporting", "報告状況"))
    }
}

/// The form, or after a report what the board says now.
pub async fn show(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    let query = Form::parse(query.unwrap_or_default().as_bytes());
    if !query.text(CODE).is_empty() && session.actor.may(Permission::ReportForOthers) {
        return by_code(&app, &session, query).await;
    }
    let Some(org) = asked_org(&session, &query)? else { return choose(&app, &session, &query).await };
    let desk = Desk::open(&app, &session, session.actor.reporter(org)?).await?;
    if query.text("done") == "reported" {
        return ok(desk.told());
    }
    ok(desk.form(&sheet::filled(&desk.board.wards, &desk.board.light())))
}

/// Reports all wards of the form.
pub async fn report(State(app): State<App>, RawQuery(query): RawQuery, mut posted: Posted) -> Answer {
    let (session, form) = (&posted.session, &mut posted.form);
    let reporter = reporter(session, query)?;
    let said = sheet::read(form).ok_or(Error::NotFound)?;
    let as_of = form.moment(AS_OF_DAY, AS_OF);
    let done = match as_of.filter(|_| form.faults.0.is_empty()) {
        Some(as_of) => act::report(&app, &session.actor, reporter.org(), &said, EntryKind::Entered, as_of).await,
        None => Err(Error::Refused(form.faults.clone())),
    };
    match or_before(done) {
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            let desk = Desk::open(&app, session, reporter).await?;
            sheet::check_rest(form, &said, &desk.board.wards);
            Ok(refused(desk.form(form)))
        }
        done => told(done, reporter),
    }
}

/// Reports that nothing has changed.
pub async fn no_change(State(app): State<App>, RawQuery(query): RawQuery, posted: Posted) -> Answer {
    let session = &posted.session;
    let reporter = reporter(session, query)?;
    let seen: Vec<_> = posted.form.texts(SEEN).collect();
    match or_before(act::no_change(&app, &session.actor, reporter.org(), &seen).await) {
        Err(Error::Refused(faults)) => refuse_no_change(&app, session, reporter, faults).await,
        done => told(done, reporter),
    }
}

async fn refuse_no_change(app: &App, session: &Session, reporter: Reporter, faults: Faults) -> Answer {
    let desk = Desk::open(app, session, reporter).await?;
    let mut form = sheet::filled(&desk.board.wards, &desk.board.light());
    form.faults = faults;
    Ok(refused(desk.form(&form)))
}

fn reporter(session: &Session, query: Option<String>) -> Result<Reporter> {
    let org = asked_org(session, &Form::parse(query.unwrap_or_default().as_bytes()))?.ok_or(Error::NotFound)?;
    session.actor.reporter(org)
}

fn told(done: Result<OrgId>, reporter: Reporter) -> Answer {
    done.map_err(Failure)?;
    let address = address("/beds/report", reporter);
    let with = if reporter.is_proxy() { '&' } else { '?' };
    Ok(Redirect::to(&format!("{address}{with}done=reported")).into_response())
}

/// Who has a hospital's sheet in hand types its code and comes to that hospital's report.
async fn by_code(app: &App, session: &Session, mut query: Form) -> Answer {
    let edition = app.board.edition(app, session.actor.network(), session.board_version).await?;
    let code = short_code::read(query.text(CODE));
    let is_meant = |code: String| edition.board.wards.iter().find(|ward| app.secret.sheet_code(ward.org_id) == code);
    let ward = code.and_then(is_meant);
    if let Some(ward) = ward {
        return Ok(Redirect::to(&format!("/beds/report?org={}", ward.org_id)).into_response());
    }
    query.faults = Faults::one(CODE, Fault::NoSuchSheet);
    choose(app, session, &query).await
}

/// For whom to enter: the organisations with wards, those that say least first.
async fn choose(app: &App, session: &Session, query: &Form) -> Answer {
    let edition = app.board.edition(app, session.actor.network(), session.board_version).await?;
    let (board, light) = (&edition.board, edition.board.light());
    let orgs = board.wards.chunk_by(|one, other| one.org_id == other.org_id);
    let mut orgs: Vec<_> =
        orgs.filter_map(|wards| Some((wards.iter().min_by_key(|ward| ward.report.as_of)?, wards.len()))).collect();
    orgs.sort_by_key(|(oldest, _)| oldest.report.as_of);
    let lines: Vec<_> = orgs
        .iter()
        .map(|(oldest, wards)| {
            let href = format!("/beds/report?org={}", oldest.org_id);
            vec![
                html! { a href=(href) { (oldest.org_name) } },
                html! { (wards) "病棟" },
                html! { div { (light.as_of(&oldest.report)) small { (reported_by(&oldest.report)) } } },
                html! { @if let Some(phone) = &oldest.phone { (tel_inline(phone)) } },
            ]
        })
        .collect();
    let table = Table {
        caption: "代理で入力する機関",
        columns: &["機関", "病棟", "いちばん古い報告", "電話"],
        empty: "病棟のある機関がありません。",
        dense: false,
    };
    let lead = html! { span { "電話やFAXで聞いた空床を、代わりに入力します。" } };
    let body = html! {
        (head("", "空床報告（代理入力）", &lead, &ways(None)))
        (typed(query))
        div.panel { (table.show(&lines)) }
    };
    let page = layout::page(app, session, Menu::Report, "空床報告（代理入力）", "", &body);
    if query.faults.0.is_empty() { ok(page) } else { Ok(refused(page)) }
}

fn typed(query: &Form) -> Markup {
    let shown = Shown::new(query);
    let hint = "FAXで届いた用紙の右上にある10文字。例：K7M-N3A-EF29。小文字や全角でも、「-」がなくてもかまいません。";
    get(
        "/beds/report",
        &html! {
            (shown.summary())
            (pair(&shown.field(CODE, "用紙の整理番号").hint(hint).text()))
            (actions(&button(Look::Secondary, "この病院の報告を入力する")))
        },
    )
}

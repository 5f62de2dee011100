//! 様式20の5: the numbers that a 在宅療養後方支援病院 reports in July, counted; to be printed and written over.

use axum::extract::{RawQuery, State};
use chrono::TimeDelta;
use maud::{Markup, html};

use crate::actions::registrations as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{Holidays, day_of};
use crate::domain::fault::Fault;
use crate::domain::registration::yearly::{Count, Numbers, Period};
use crate::domain::wareki;
use crate::error::Result;
use crate::store::region;
use crate::web::form::Form;
use crate::web::layout::{self, Menu, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Look, actions, button, pair};
use crate::web::ui::panel::{head, panel};
use crate::web::ui::table::Table;
use crate::web::{Answer, ok, refused};

const TITLE: &str = "様式20の5の数";
/// No report is about more than two years.
const LONGEST: TimeDelta = TimeDelta::days(732);

/// The page.
pub async fn yearly(State(app): State<App>, session: Session, RawQuery(query): RawQuery) -> Answer {
    session.actor.scope(Permission::ManageCases)?;
    let usual = Period::of_report(day_of(app.clock.now()));
    let mut form = Form::parse(query.unwrap_or_default().as_bytes());
    for (field, day) in [("from", usual.from), ("to", usual.to)] {
        if form.text(field).is_empty() {
            form.set(field, day.to_string());
        }
    }
    let period = read(&mut form);
    let page = page(&app, &session, period, &form).await?;
    if form.faults.0.is_empty() { ok(page) } else { Ok(refused(page)) }
}

fn read(form: &mut Form) -> Option<Period> {
    let (from, to) = (form.day("from")?, form.day("to")?);
    form.faults.check(from <= to, "to", Fault::EndsBeforeStart);
    form.faults.check(to - from <= LONGEST, "to", Fault::TooFarAhead);
    form.faults.0.is_empty().then_some(Period { from, to })
}

async fn page(app: &App, session: &Session, period: Option<Period>, form: &Form) -> Result<Markup> {
    let shown = Shown::new(form);
    let holidays = region::holidays(&mut app.look().await?).await?;
    let since = Period::since_report(day_of(app.clock.now()));
    let lead = html! {
        span { (session.actor.org_name) "（在宅療養後方支援病院の7月報告）" }
        a href="/registrations" { "一覧へ戻る" }
    };
    let body = html! {
        (head("入院希望登録", TITLE, &lead, &html! {}))
        (shown.summary())
        @if let Some(period) = period {
            @let (numbers, beds) = act::yearly(app, &session.actor, period).await?;
            (panel("numbers", "数えた結果", &table(&numbers, beds, period, &holidays)))
        }
        (panel("period", "計算期間を変える", &html! {
            form.form method="get" action="/registrations/yearly" novalidate {
                (pair(&html! {
                    (shown.field("from", "はじめの日").required().date())
                    (shown.field("to", "終わりの日").required().date())
                }))
                (actions(&button(Look::Secondary, "数え直す")))
            }
            p { "次の報告に数えられるこれまでの数は、" a href=(format!("/registrations/yearly?from={}&to={}", since.from, since.to)) { "7月1日から今日まで" } " です。" }
            p { "はじめは、7月の報告の前の1年（前年7月1日から6月30日まで）です。様式の計算期間は、地方厚生局の指示でお確かめください。" }
        }))
    };
    Ok(layout::page(app, session, Menu::Requests, TITLE, "", &body))
}

fn table(numbers: &Numbers, beds: i64, period: Period, holidays: &Holidays) -> Markup {
    let day = |day| wareki::full(day, holidays);
    let people = |count: usize| format!("{count}人");
    let both = |count: Count| format!("{}回（{}名）", count.times, count.people);
    let rows = [
        ("計算期間", format!("{} から {} まで", day(period.from), day(period.to)), ""),
        ("許可病床数", format!("{beds}床"), "登録した病棟の合計です。許可病床数と違うときは書き直してください"),
        ("新規入院希望患者数", people(numbers.new), "期間中に登録した方"),
        (
            "取下げ数（死亡を含む）",
            format!("{}人（うち死亡 {}人）", numbers.ended, numbers.died),
            "期間中に登録を終えた方。理由を問いません",
        ),
        ("現在数", people(numbers.current), "期間の終わりの日に登録されている方"),
        ("① 受入回数（②＋③＋④）", both(numbers.admitted), "②③④の合計"),
        (
            "② 入院希望を届け出ている患者",
            both(numbers.registered),
            "受入の依頼による入院（登録からの依頼、案件の名前・生年月日、依頼のお名前で数えます）と、同じ名前・生年月日の緊急入院の案件",
        ),
        ("③ 連携医療機関の、届出のない患者", both(numbers.of_partners), "登録のある診療所からの、受入の依頼による入院"),
        ("④ その他", both(numbers.others), "それ以外の、受入の依頼による入院"),
        (
            "受け入れられずに紹介した患者",
            both(numbers.declined),
            "届け出ている患者の依頼に「不可」と答えた数。紹介したかどうかを確かめてください",
        ),
        ("連携医療機関数", format!("{}か所", numbers.partners), "現在数の方の、在宅の主治医の機関"),
        ("共同診療の回数", "　　　回".into(), "おかえりには記録がありません。医事課の数を記入してください"),
        (
            "在宅患者共同診療料（C012）の算定",
            "　　　回".into(),
            "往診・訪問診療の区分ごとに、医事課の数を記入してください",
        ),
    ];
    let rows: Vec<_> = rows
        .into_iter()
        .map(|(what, value, how)| vec![html! { (what) }, html! { b { (value) } }, html! { small { (how) } }])
        .collect();
    let columns = ["項目", "数", "数え方"];
    Table {
        caption: "印刷して、書き直したうえで様式に写せます", columns: &columns, empty: "", dense: false
    }
    .show(&rows)
}

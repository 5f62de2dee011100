//! The rules of a programme as a form, for the desk that keeps them.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use maud::{Markup, html};

use crate::actions::programmes as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::day_of;
use crate::domain::programme::{Asker, Condition, Home, NAME_MAX, Programme, Purpose, TEXT_MAX};
use crate::error::{Error, or_before};
use crate::id::ProgrammeId;
use crate::store::programmes;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::path::Id;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, pair, post};
use crate::web::ui::link::button_link;
use crate::web::ui::panel::{head, narrow};
use crate::web::week::Week;
use crate::web::{Answer, ok, refused};

const HOURS: Week = Week(["mon", "tue", "wed", "thu", "fri", "sat", "sun"]);

/// An empty form.
pub async fn new(State(app): State<App>, session: Session) -> Answer {
    session.actor.scope(Permission::ManageProgrammes)?;
    let rules = Programme { askers: vec![Asker::Doctor], ..Programme::default() };
    ok(page(&app, &session, None, &filled(&rules, true)))
}

/// The rules as they stand.
pub async fn edit(State(app): State<App>, session: Session, Id(id): Id<ProgrammeId>) -> Answer {
    session.actor.scope(Permission::ManageProgrammes)?;
    let kept = programmes::find(&mut app.look().await?, session.actor.network(), id).await?;
    ok(page(&app, &session, Some(id), &filled(&kept.rules, kept.active)))
}

/// Writes a new programme.
pub async fn create(State(app): State<App>, posted: Posted) -> Answer {
    set(&app, posted, None).await
}

/// Changes one.
pub async fn change(State(app): State<App>, Id(id): Id<ProgrammeId>, posted: Posted) -> Answer {
    set(&app, posted, Some(id)).await
}

async fn set(app: &App, Posted { session, mut form }: Posted, id: Option<ProgrammeId>) -> Answer {
    session.actor.scope(Permission::ManageProgrammes)?;
    let rules = read(&mut form);
    let today = day_of(app.clock.now());
    let done = match rules.check(today) {
        Ok(()) if form.faults.0.is_empty() => {
            or_before(act::set(app, &session.actor, id, &rules, form.is_ticked("active")).await)
        }
        checked => {
            form.faults.take(checked);
            Err(Error::Refused(form.faults.clone()))
        }
    };
    match done {
        Ok(id) => Ok(Redirect::to(&format!("/programmes/{id}?done=saved")).into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(app, &session, id, &form)))
        }
        Err(error) => Err(error.into()),
    }
}

fn filled(rules: &Programme, active: bool) -> Form {
    let number = |number: Option<u32>| number.map(|number| number.to_string()).unwrap_or_default();
    let mut form = Form::of([
        ("name", rules.name.clone()),
        ("municipalities", rules.municipalities.join("、")),
        ("min_age", number(rules.min_age)),
        ("max_days", number(rules.max_days)),
        ("beds_a_day", number(rules.beds_a_day)),
        ("answer_minutes", number(rules.answer_minutes)),
        ("not_for", rules.not_for.clone()),
        ("how", rules.how.clone()),
        ("forms", rules.forms.clone()),
        ("source_url", rules.source_url.clone()),
        ("checked_on", rules.checked_on.map(|day| day.to_string()).unwrap_or_default()),
        ("active", if active { "1".into() } else { String::new() }),
    ]);
    HOURS.fill(&mut form, &rules.hours);
    let chosen = [
        ("askers", rules.askers.iter().map(|one| one.code()).collect::<Vec<_>>()),
        ("purposes", rules.purposes.iter().map(|one| one.code()).collect()),
        ("conditions", rules.conditions.iter().map(|one| one.code()).collect()),
        ("excluded_homes", rules.excluded_homes.iter().map(|one| one.code()).collect()),
    ];
    for (field, codes) in chosen {
        for code in codes {
            form.also(field, code);
        }
    }
    form
}

/// Reads every field, so that every fault is told at once.
fn read(form: &mut Form) -> Programme {
    let names = form.line("municipalities", TEXT_MAX);
    let names = names.split(['、', ',', '，', '・', ' ', '　']).map(str::trim).filter(|name| !name.is_empty());
    let municipalities = names.map(str::to_owned).collect();
    Programme {
        municipalities,
        name: form.required("name", NAME_MAX),
        askers: form.codes("askers").collect(),
        min_age: form.optional_count("min_age"),
        conditions: form.codes("conditions").collect(),
        purposes: form.codes("purposes").collect(),
        max_days: form.optional_count("max_days"),
        excluded_homes: form.codes("excluded_homes").collect(),
        hours: HOURS.read(form),
        beds_a_day: form.optional_count("beds_a_day"),
        answer_minutes: form.optional_count("answer_minutes"),
        not_for: form.line("not_for", TEXT_MAX),
        how: form.paragraph("how", TEXT_MAX),
        forms: form.paragraph("forms", TEXT_MAX),
        source_url: form.line("source_url", TEXT_MAX),
        checked_on: form.optional_day("checked_on"),
    }
}

fn page(app: &App, session: &Session, id: Option<ProgrammeId>, form: &Form) -> Markup {
    let shown = Shown::new(form);
    let (title, action, back) = match id {
        Some(id) => ("条件を直す", format!("/programmes/{id}/edit"), format!("/programmes/{id}")),
        None => ("事業を登録する", "/programmes/new".into(), "/programmes".into()),
    };
    let lead = html! { "区市町村や医師会の要綱のとおりに書いてください。依頼のときの確認に使われます" };
    let body = html! {
        (head("後方支援病床の事業", title, &lead, &html! {}))
        (post(&action, &session.form_token, &html! {
            (shown.summary())
            (shown.once())
            (shown.field("name", "事業の名前").hint("例：○○区在宅療養支援病床確保事業").required().text())
            (shown.field("municipalities", "対象の区市町村").hint("「、」で区切る。空欄なら限定なし").text())
            (checks(&shown, form, "askers", "依頼できる人", "", Asker::ALL.iter().map(|one| (one.code(), one.label()))))
            (checks(&shown, form, "purposes", "目的", "どちらにも印がなければ、病状の変化だけです", Purpose::ALL.iter().map(|one| (one.code(), one.label()))))
            (checks(&shown, form, "conditions", "条件", "", Condition::ALL.iter().map(|one| (one.code(), one.label()))))
            (checks(&shown, form, "excluded_homes", "対象にならない住まい", "", Home::ALL.iter().filter(|one| **one != Home::Own).map(|one| (one.code(), one.label()))))
            (pair(&html! {
                (shown.field("min_age", "何歳以上").hint("空欄なら限定なし").stepper("歳", ""))
                (shown.field("max_days", "入院の日数").hint("入院した日を1日目と数えます。空欄なら定めなし").stepper("日", ""))
                (shown.field("answer_minutes", "回答の期限").hint("依頼を受けた病院が答えるまで。空欄なら地域のルールのとおり").stepper("分", ""))
                (shown.field("beds_a_day", "1日の床数").hint("事業全体で。空欄なら定めなし").stepper("床", ""))
            }))
            fieldset.stack {
                legend { "受付の時間" }
                p { "例：9:00〜17:00。すべて空欄なら、いつでも" }
                (HOURS.show(&shown))
            }
            (shown.field("not_for", "対象にならない方").hint("例：長期の入院、高度急性期").text())
            (shown.field("how", "申し込みのしかた").textarea(3))
            (shown.field("forms", "書類").hint("1行に1つ").textarea(3))
            (pair(&html! {
                (shown.field("source_url", "出典のページ").hint("https:// から").text())
                (shown.field("checked_on", "内容を確かめた日").date())
            }))
            (shown.field("active", "いまの扱い").hint("外すと、当番の表と依頼の画面に出なくなります").checks(&[Choice::new("1", "実施中")], &[shown.value("active")]))
            (actions(&html! { (button(Look::Primary, "保存する")) (button_link(Look::Quiet, &back, "やめる")) }))
        }))
    };
    layout::page(app, session, Menu::Beds, title, "", &narrow(&body))
}

fn checks<'a>(
    shown: &Shown<'_>,
    form: &Form,
    field: &str,
    label: &str,
    hint: &str,
    all: impl Iterator<Item = (&'a str, &'a str)>,
) -> Markup {
    let chosen: Vec<_> = form.texts(field).collect();
    let choices: Vec<_> = all.map(|(code, label)| Choice::new(code, label)).collect();
    shown.field(field, label).hint(hint).checks(&choices, &chosen)
}

//! この規則で送るもの: what an example conference would send by the rules in the form, before they are saved. It writes nothing.

use chrono::{DateTime, Days, TimeDelta, Utc};
use maud::{Markup, html};

use crate::app::App;
use crate::domain::calendar::{Holidays, OrgCalendar, day_of, read_hours};
use crate::domain::call::Escalation;
use crate::domain::code::codes;
use crate::domain::conference::FARTHEST;
use crate::domain::fault::Fault;
use crate::domain::ladder::Ladder;
use crate::domain::notice::preview::{Conduct, Example, Step, What, preview};
use crate::domain::notice::{NoticeKind, Switches};
use crate::domain::org::Channel;
use crate::domain::wareki;
use crate::error::Result;
use crate::store::orgs::{self, Org, Search};
use crate::store::{region, switches};
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, pair};
use crate::web::ui::panel::panel;
use crate::web::ui::table::Table;

/// So long a conference takes.
const LENGTH: TimeDelta = TimeDelta::minutes(30);
/// So far ahead the example is.
const AHEAD: Days = Days::new(14);
/// Organisations that are offered for a name.
const OFFERED: i64 = 10;
const WORDS_MAX: usize = 200;

codes! {
    /// Who gets the messages of the example.
    Whom {
        Office = "office", "平日9:00〜17:00の機関";
        Clinic = "clinic", "木曜午後が休み・土曜は午前だけの診療所";
        Named = "named", "登録されている機関";
    }
}

/// An example with who it is about, and what is found for its name.
pub(super) struct Case {
    example: Example,
    name: String,
    found: Vec<Org>,
    holidays: Holidays,
}

/// Fills in the example that a page begins with.
pub(super) fn begin(form: &mut Form, now: DateTime<Utc>) {
    let day = day_of(now).checked_add_days(AHEAD).unwrap_or_else(|| day_of(now));
    form.set("example_day", day.to_string());
    form.set("example_time", "14:00");
    form.set("example_whom", Whom::Office.code());
}

/// Reads the example; what is wrong with it stands in the form.
pub(super) async fn read(app: &App, session: &Session, form: &mut Form) -> Result<Option<Case>> {
    let called_at = app.clock.now();
    let starts_at = form.moment("example_day", "example_time");
    let whom = form.code::<Whom>("example_whom");
    if let Some(starts_at) = starts_at {
        form.faults.check(starts_at > called_at, "example_day", Fault::InPast);
        form.faults.check(starts_at <= called_at + FARTHEST, "example_day", Fault::TooFarAhead);
    }
    let words = form.line("example_name", WORDS_MAX);
    let mut tx = app.look().await?;
    let holidays = region::holidays(&mut tx).await?;
    let mut found = Vec::new();
    if whom == Some(Whom::Named) {
        let search = Search { words: words.clone(), limit: OFFERED, ..Search::default() };
        if !words.is_empty() {
            found = orgs::search(&mut tx, session.actor.network(), &search).await?;
        }
        let fault = if words.is_empty() { Fault::Required } else { Fault::NoSuchOrg };
        form.faults.check(!found.is_empty(), "example_name", fault);
    }
    let chosen = found.iter().find(|org| org.id.to_string() == form.text("example_org")).or(found.first()).cloned();
    let off = match &chosen {
        Some(org) => switches::off(&mut tx, org.id).await?,
        None => Switches::default(),
    };
    let (Some(starts_at), Some(whom), true) = (starts_at, whom, form.faults.0.is_empty()) else { return Ok(None) };
    let (calendar, channel) = match &chosen {
        Some(org) => {
            let contact = org.contact()?;
            let channel = contact.reach();
            (contact.calendar, channel)
        }
        None if whom == Whom::Clinic => (clinic(), Channel::Mail),
        None => (OrgCalendar::default(), Channel::Mail),
    };
    let by_machine = channel == Channel::Mail || channel == Channel::FaxPrint && app.dials();
    let name = chosen.map_or_else(|| whom.label().to_owned(), |org| org.name);
    let ends_at = starts_at + LENGTH;
    let example = Example { called_at, starts_at, ends_at, channel, by_machine, calendar, off };
    Ok(Some(Case { example, name, found, holidays }))
}

/// Rests on Thursday afternoons and works on Saturday mornings.
fn clinic() -> OrgCalendar {
    let hours = |text: &str| read_hours(text).unwrap_or_default();
    let (long, morning) = ("9:00-12:00 15:00-18:00", "9:00-12:00");
    OrgCalendar { weekly: [long, long, long, morning, long, morning, ""].map(hours), ..OrgCalendar::default() }
}

/// The fields of the example, with the organisations that were found for a name.
pub(super) fn fields(shown: &Shown<'_>, case: Option<&Case>) -> Markup {
    let named = html! {
        (shown.field("example_name", "機関の名前").hint("連絡先の名前・かな・住所の一部").text())
        @if let Some(found) = case.map(|case| &case.found).filter(|found| found.len() > 1) { (offered(shown, found)) }
    };
    let mut choices = Whom::ALL.iter().map(|whom| Choice::new(whom.code(), whom.label())).collect::<Vec<_>>();
    if let Some(last) = choices.pop() {
        choices.push(last.reveal(named));
    }
    html! {
        h2 { "例で確かめる" }
        p.field__hint { "今日招集するカンファレンスで、上の規則なら何がいつ届くかを、保存する前に見られます。" }
        (pair(&html! {
            (shown.field("example_day", "開催日").date())
            (shown.field("example_time", "開始").time())
        }))
        (shown.field("example_whom", "招待する相手").radios(&choices))
    }
}

/// The form's second button; its answer opens at the lists, which stand below the form.
pub(super) fn button(name: &str, value: &str) -> Markup {
    html! {
        button.button data-look=(Look::Secondary.name()) type="submit" name=(name) value=(value) formaction="/admin/rules#preview" {
            "送るものを見る"
        }
    }
}

fn offered(shown: &Shown<'_>, found: &[Org]) -> Markup {
    let ids: Vec<_> = found.iter().map(|org| org.id.to_string()).collect();
    let options: Vec<_> = ids.iter().zip(found).map(|(id, org)| (id.as_str(), org.name.as_str())).collect();
    shown.field("example_org", "見つかった機関").select(&options)
}

/// What the example would send: a list for each way in which somebody may behave.
pub(super) fn lists(ladder: &Ladder, case: &Case) -> Markup {
    let body = html! {
        p { (case.name) "　" (wareki::full_at(case.example.starts_at, &case.holidays)) "開催、今日招集" }
        @for conduct in Conduct::ALL {
            @let rows: Vec<_> = preview(ladder, &case.example, *conduct, &case.holidays).iter().map(|step| row(step, case)).collect();
            (Table { caption: conduct.label(), columns: &["日時", "内容", "相手", "条件・理由"], empty: "", dense: true }.show(&rows))
        }
        p.field__hint { "同じ日に別のお知らせがあれば1通にまとめます。招待の取り消し・日時変更・中止は、そのつど送ります。" }
    };
    panel("preview", "この規則で送るもの", &body)
}

fn row(step: &Step, case: &Case) -> Vec<Markup> {
    let (what, whom, note) = match step.what {
        What::Sent(kind) => (kind.label(), case.name.as_str(), condition(kind)),
        What::ByHand(kind) => (kind.label(), case.name.as_str(), "退院支援看護師が電話・FAXなどで伝えます"),
        What::Dropped(kind, why) => (kind.label(), "送りません", why.label()),
        What::Spared(kind) => (kind.label(), "送りません", "間に合わないか、ほかのお知らせに近いため"),
        What::Task(Escalation::Call) => {
            ("電話してください：未回答", "退院支援看護師", "かかりつけ医のとき。止められません")
        }
        What::Task(Escalation::Superior) => {
            ("未回答の引き上げ", "看護師の責任者", "かかりつけ医のとき。止められません")
        }
        What::Write => ("議事録を確定して共有する", "退院支援看護師", "まだのとき、朝の一覧に出ます"),
    };
    let when = match (step.at, step.what) {
        (None, _) => "—".to_owned(),
        (Some(at), What::Task(_)) => wareki::table(day_of(at), &case.holidays),
        (Some(at), _) => wareki::table_at(at, &case.holidays),
    };
    vec![html! { (when) }, html! { (what) }, html! { (whom) }, html! { (note) }]
}

/// On what it depends that a message goes, beside the answer.
const fn condition(kind: NoticeKind) -> &'static str {
    match kind {
        NoticeKind::SameDay => "回答のときに希望した方だけ",
        NoticeKind::Minutes => "終了と同時に共有した場合",
        NoticeKind::Receipt3d => "まだ読んでいないときだけ",
        _ => "",
    }
}

//! The region's rules: name, bed reports, the ladder of reminders.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use chrono::NaiveTime;
use maud::{Markup, html};

use crate::actions::region as act;
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::DayKind;
use crate::domain::fault::Fault;
use crate::domain::ladder::{Ahead, FollowUp, Ladder, Quiet, Rung};
use crate::domain::region::{NAME_MAX, Region};
use crate::domain::wareki;
use crate::error::Error;
use crate::store::region;
use crate::web::failure::Failure;
use crate::web::form::{Form, Posted};
use crate::web::layout::{self, Menu, Shown};
use crate::web::session::Session;
use crate::web::ui::form::{Choice, Look, actions, button, pair, post};
use crate::web::ui::panel::head;
use crate::web::{Answer, ok, refused};

use super::preview::{self, Case};

/// What tells the two buttons apart.
const ACT: &str = "act";
const PREVIEW: &str = "preview";

/// The steps before a conference that can be left out: field, word.
const RUNGS: [(&str, &str); 3] =
    [("d7", "7日前（未回答の方）"), ("d3", "3日前（未回答の方）"), ("same_day", "当日（出席の方）")];
/// The one that can't.
const EVE: &str = "d1";
/// The steps after it.
const FOLLOW_UPS: [(&str, &str); 2] = [("minutes_24h", "議事録の催促（主催者）"), ("receipt_3d", "受領の確認")];

/// The rules as they stand.
pub async fn rules(State(app): State<App>, session: Session, query: axum::extract::RawQuery) -> Answer {
    session.actor.scope(Permission::ManageRegion)?;
    let rules = region::load(&mut app.look().await?).await?;
    let done = Form::parse(query.0.unwrap_or_default().as_bytes()).text("done").to_owned();
    let mut form = filled(&rules);
    preview::begin(&mut form, app.clock.now());
    let case = preview::read(&app, &session, &mut form).await?;
    ok(page(&app, &session, &form, &done, (&rules, case.as_ref())))
}

/// Sets them.
pub async fn set_rules(State(app): State<App>, Posted { session, mut form }: Posted) -> Answer {
    session.actor.scope(Permission::ManageRegion)?;
    let rules = read(&mut form);
    if form.text(ACT) == PREVIEW {
        return show(&app, &session, form, &rules).await;
    }
    let result = if form.faults.0.is_empty() {
        act::set_rules(&app, &session.actor, &rules).await
    } else {
        Err(Error::Refused(std::mem::take(&mut form.faults)))
    };
    match result {
        Ok(()) => Ok(Redirect::to("/admin/rules?done=saved").into_response()),
        Err(Error::Refused(faults)) => {
            form.faults = faults;
            Ok(refused(page(&app, &session, &form, "", (&rules, None))))
        }
        Err(error) => Err(Failure(error)),
    }
}

/// Shows what the rules in the form would send. Nothing is saved, and everything that was typed stays.
async fn show(app: &App, session: &Session, mut form: Form, rules: &Region) -> Answer {
    if let (true, Err(faults)) = (form.faults.0.is_empty(), rules.check()) {
        form.faults = faults;
    }
    let case = preview::read(app, session, &mut form).await?;
    let page = page(app, session, &form, "", (rules, case.as_ref()));
    if case.is_some() { ok(page) } else { Ok(refused(page)) }
}

fn filled(rules: &Region) -> Form {
    let time = |time: NaiveTime| time.format("%H:%M").to_string();
    let ladder = &rules.ladder;
    let mut form = Form::of([
        ("name", rules.name.clone()),
        ("beds_by", time(rules.beds_by)),
        ("old_hours", rules.old_hours.to_string()),
        ("void_hours", rules.void_hours.to_string()),
        ("near_discharge_days", rules.near_discharge_days.to_string()),
        ("answer_minutes", rules.answer_minutes.to_string()),
        ("request_hours", rules.request_hours.to_string()),
        ("arrival_hours", rules.arrival_hours.to_string()),
        ("shared_days", rules.shared_days.to_string()),
        ("quiet_from", time(ladder.quiet.from)),
        ("quiet_to", time(ladder.quiet.to)),
        ("short_notice_days", ladder.short_notice_days.to_string()),
        ("settle_minutes", ladder.settle_minutes.to_string()),
    ]);
    let rungs = [ladder.d7, ladder.d3, ladder.same_day];
    for ((name, _), rung) in RUNGS.iter().zip(rungs) {
        form.set(&format!("{name}_on"), if rung.on { "yes" } else { "" });
    }
    let names = RUNGS.map(|(name, _)| name).into_iter().chain([EVE]);
    for (name, ahead) in names.zip(rungs.map(|rung| rung.ahead).into_iter().chain([ladder.d1])) {
        form.set(&format!("{name}_days"), ahead.days.to_string());
        form.set(&format!("{name}_kind"), ahead.day_kind.code());
        form.set(&format!("{name}_at"), time(ahead.at));
    }
    for ((name, _), step) in FOLLOW_UPS.iter().zip([ladder.minutes_24h, ladder.receipt_3d]) {
        form.set(&format!("{name}_on"), if step.on { "yes" } else { "" });
        form.set(&format!("{name}_hours"), step.hours.to_string());
    }
    form
}

/// Reads every field, so that every fault is told at once.
fn read(form: &mut Form) -> Region {
    let [d7, d3, same_day] =
        RUNGS.map(|(name, _)| Rung { on: form.is_ticked(&format!("{name}_on")), ahead: ahead(form, name) });
    let d1 = ahead(form, EVE);
    let [minutes_24h, receipt_3d] = FOLLOW_UPS.map(|(name, _)| {
        let hours = form.count(&format!("{name}_hours"));
        FollowUp { on: form.is_ticked(&format!("{name}_on")), hours: hours.unsigned_abs() }
    });
    let quiet = Quiet { from: time(form, "quiet_from"), to: time(form, "quiet_to") };
    let short_notice_days = form.count("short_notice_days").unsigned_abs();
    let settle_minutes = form.count("settle_minutes").unsigned_abs();
    Region {
        name: form.required("name", NAME_MAX),
        beds_by: time(form, "beds_by"),
        old_hours: form.count("old_hours").into(),
        void_hours: form.count("void_hours").into(),
        near_discharge_days: form.count("near_discharge_days").into(),
        answer_minutes: form.count("answer_minutes").unsigned_abs(),
        request_hours: form.count("request_hours").unsigned_abs(),
        arrival_hours: form.count("arrival_hours").unsigned_abs(),
        shared_days: form.count("shared_days").into(),
        ladder: Ladder { quiet, settle_minutes, short_notice_days, d7, d3, d1, same_day, minutes_24h, receipt_3d },
    }
}

fn ahead(form: &mut Form, name: &str) -> Ahead {
    Ahead {
        days: form.count(&format!("{name}_days")).unsigned_abs(),
        day_kind: form.code(&format!("{name}_kind")).unwrap_or(DayKind::Calendar),
        at: time(form, &format!("{name}_at")),
    }
}

fn time(form: &mut Form, field: &str) -> NaiveTime {
    let time = wareki::parse_time(form.text(field));
    form.faults.check(time.is_ok(), field, Fault::NotATime);
    time.unwrap_or_default()
}

fn page(app: &App, session: &Session, form: &Form, done: &str, (rules, case): (&Region, Option<&Case>)) -> Markup {
    let shown = Shown::new(form);
    let body = html! {
        (head("管理", "地域のルール", &html! { "変えたところは記録に残り、次の通知から使われます" }, &html! {}))
        (post("/admin/rules", &session.form_token, &html! {
            (shown.summary())
            (shown.field("name", "地域（二次医療圏）の名前").required().text())
            h2 { "空床報告と案件" }
            (pair(&html! {
                (shown.field("beds_by", "空床報告の締切").hint("この時刻までに報告がない病院に知らせます").time())
                (shown.field("near_discharge_days", "退院が近いとみなす日数").hint("退院予定日までの日数").code())
                (shown.field("answer_minutes", "受入の依頼に答える期限（分）").hint("事業に別の定めがあれば、その時間。過ぎると次の当番へ依頼が進みます").code())
                (shown.field("request_hours", "決まらない依頼を終わらせるまでの時間").hint("必要な日と最後の回答の期限から何時間か").code())
                (shown.field("arrival_hours", "入院の記録を病院に尋ねるまでの時間").hint("受入が決まった日が終わってから何時間か。床は予約のままです").code())
                (shown.field("shared_days", "退院後も共有を続ける日数").hint("そのあと、関係機関からは見えなくなります").code())
                (shown.field("old_hours", "「古い」とする時間").hint("報告から何時間か").code())
                (shown.field("void_hours", "「参考外」とする時間").hint("合計から外します").code())
            }))
            h2 { "カンファレンスの知らせ" }
            (pair(&html! {
                (shown.field("quiet_from", "送らない時間帯（から）").time())
                (shown.field("quiet_to", "送らない時間帯（まで）").time())
                (shown.field("settle_minutes", "日時変更を知らせるまでの分").hint("その間にもう一度変えても、知らせは1通です").code())
                (shown.field("short_notice_days", "急な招集とみなす日数").hint("これより間近な招集では7日前・3日前を省きます").code())
            }))
            @let [d7, d3, same_day] = RUNGS;
            @for (name, label) in [d7, d3] { (rung_fields(&shown, name, label)) }
            (pair(&html! {
                (shown.field("d1_days", "前日（場所と時刻）：何日前").hint("このお知らせは止められません").code())
                (ahead_fields(&shown, EVE))
            }))
            (rung_fields(&shown, same_day.0, same_day.1))
            @for (name, label) in FOLLOW_UPS { (follow_up_fields(&shown, name, label)) }
            (preview::fields(&shown, case))
            (actions(&html! { (button(Look::Primary, "保存する")) (preview::button(ACT, PREVIEW)) }))
        }))
        @if let Some(case) = case { (preview::lists(&rules.ladder, case)) }
    };
    layout::page(app, session, Menu::Admin, "地域のルール", done, &body)
}

fn rung_fields(shown: &Shown<'_>, name: &str, label: &str) -> Markup {
    let [on, days] = ["on", "days"].map(|part| format!("{name}_{part}"));
    html! {
        (pair(&html! {
            (shown.field(&on, label).checks(&[Choice::new("yes", "送る")], &[shown.value(&on)]))
            (shown.field(&days, "何日前").code())
            (ahead_fields(shown, name))
        }))
    }
}

fn ahead_fields(shown: &Shown<'_>, name: &str) -> Markup {
    let kinds: Vec<_> = DayKind::ALL.iter().map(|kind| (kind.code(), kind.label())).collect();
    let [kind, at] = ["kind", "at"].map(|part| format!("{name}_{part}"));
    html! {
        (shown.field(&kind, "日の数え方").select(&kinds))
        (shown.field(&at, "時刻").time())
    }
}

fn follow_up_fields(shown: &Shown<'_>, name: &str, label: &str) -> Markup {
    let (on, hours) = (format!("{name}_on"), format!("{name}_hours"));
    html! {
        (pair(&html! {
            (shown.field(&on, label).checks(&[Choice::new("yes", "送る")], &[shown.value(&on)]))
            (shown.field(&hours, "終了から何時間後").code())
        }))
    }
}

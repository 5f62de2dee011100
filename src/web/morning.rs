//! 朝の一覧: one screen at 8:30. What is due today, who hasn't answered, what couldn't be delivered, whose doctor doesn't
//! know yet.

mod after;
mod answers;
mod polls;

use axum::extract::State;
use chrono::{DateTime, Days, NaiveDate, Utc};
use maud::{Markup, html};

use super::cases::{left, table};
use super::layout::{self, Menu};
use super::registrations::brief as registrations;
use super::requests::brief;
use super::session::Session;
use super::ui::chip::Tone;
use super::ui::form::Look;
use super::ui::icon::Icon;
use super::ui::link::button_link;
use super::ui::panel::{empty, head, panel, panel_with};
use super::ui::tasks::{Task, tasks};
use super::{Answer, ok};
use crate::app::App;
use crate::domain::access::Permission;
use crate::domain::calendar::{self, Holidays, OrgCalendar};
use crate::domain::call::{Escalation, escalation};
use crate::domain::case::{PartyRole, Standing};
use crate::domain::org::Channel;
use crate::domain::region::Region;
use crate::domain::wareki;
use crate::store::cases::{self, Summary, Which};
use crate::store::morning::{self, Answered, Soon, Unanswered, Undelivered};
use crate::store::polls::{Running, running};
use crate::store::region;

/// Everything that the page is made of.
struct Morning {
    now: DateTime<Utc>,
    region: Region,
    holidays: Holidays,
    cases: Vec<Summary>,
    undelivered: Vec<Undelivered>,
    unanswered: Vec<Unanswered>,
    answered: Vec<Answered>,
    soon: Vec<Soon>,
    polls: Vec<Running>,
    after: after::After,
    requests: Vec<Task>,
    exchanges: Vec<Task>,
}

/// The page.
pub async fn morning(State(app): State<App>, session: Session) -> Answer {
    let scope = session.actor.scope(Permission::ManageCases)?;
    let now = app.clock.now();
    let today = calendar::day_of(now);
    let midnight = calendar::at(today, chrono::NaiveTime::MIN);
    let mut tx = app.look().await?;
    let region = region::load(&mut tx).await?;
    let page = Morning {
        now,
        requests: brief::lines(&mut tx, &session.actor, now).await?,
        exchanges: registrations::lines(&mut tx, &session.actor, now).await?,
        after: after::After::load(&mut tx, scope, &region.ladder, now).await?,
        region,
        holidays: region::holidays(&mut tx).await?,
        cases: cases::list(&mut tx, scope, Which::Open, now).await?,
        undelivered: morning::undelivered(&mut tx, scope, now).await?,
        unanswered: morning::unanswered(&mut tx, scope, now).await?,
        answered: morning::answered(&mut tx, scope, now).await?,
        soon: morning::conferences(&mut tx, scope, midnight, midnight + chrono::TimeDelta::days(2)).await?,
        polls: running(&mut tx, scope).await?,
    };
    drop(tx);
    ok(layout::page(&app, &session, Menu::Morning, "朝の一覧", "", &page.body(&session.actor.name)))
}

impl Morning {
    fn today(&self) -> NaiveDate {
        calendar::day_of(self.now)
    }

    fn body(&self, name: &str) -> Markup {
        let lines = self.lines();
        let today = wareki::full(self.today(), &self.holidays);
        let lead = match lines.iter().filter(|line| line.tone == Tone::Stop).count() {
            _ if lines.is_empty() => "今すぐすることはありません。".to_owned(),
            0 => format!("することが{}件あります。", lines.len()),
            pressing => format!("することが{}件あります。うち{pressing}件は急ぎです。", lines.len()),
        };
        let new = button_link(Look::Primary, "/cases/new", "案件を開く");
        html! {
            (head(&today, &format!("おはようございます、{name}さん"), &html! { (lead) }, &new))
            (brief::panel(&self.requests))
            (panel_with("due", "今日すること", &html! { (lines.len()) "件" }, &list(&lines)))
            (panel("conferences", "今日と明日のカンファレンス", &self.conferences()))
            (panel_with("cases", "進行中の案件", &html! { a href="/cases?show=open" { "すべて見る" } },
                &table(&self.cases, self.today(), &self.holidays)))
            p { a href="/numbers" { "数字で振り返る（この13か月）" } }
        }
    }

    /// The tasks, the most pressing first.
    fn lines(&self) -> Vec<Task> {
        let mut lines: Vec<Task> = self.untold().chain(self.discharges()).collect();
        lines.extend(self.undelivered.iter().map(|notice| self.undelivered_line(notice)));
        lines.extend(self.unanswered.iter().filter(|party| self.is_pressing(party)).map(|party| self.call_line(party)));
        lines.extend(self.silent());
        lines.extend(answers::lines(&self.answered, &self.holidays));
        lines.extend(polls::lines(&self.polls, self.now, &self.holidays));
        lines.extend(self.after.lines(self.now, &self.holidays));
        lines.extend(self.exchanges.iter().cloned());
        lines.extend(self.unknown());
        lines.sort_by_key(|line| match line.tone {
            Tone::Stop => 0,
            Tone::Warn => 1,
            _ => 2,
        });
        lines
    }

    /// Cases near their discharge whose prior doctor hasn't been told.
    fn untold(&self) -> impl Iterator<Item = Task> {
        let near = self.today() + Days::new(u64::try_from(self.region.near_discharge_days).unwrap_or_default());
        self.cases.iter().filter_map(move |case| {
            let due = case.expected_discharge_on.filter(|due| *due <= near)?;
            let waiting = !case.doctor_trail.told().is_told()
                && case.doctor_standing != Standing::None
                && case.doctor_waiver.is_none();
            waiting.then(|| Task {
                icon: Icon::Doctor,
                tone: if calendar::days_left(self.today(), due) <= 3 { Tone::Stop } else { Tone::Warn },
                what: "元のかかりつけ医へ知らせる".into(),
                who: join(&[
                    &format!("{}さん", case.patient_name),
                    &case.ward_name,
                    doctor(case),
                    phone(case.doctor_phone.as_deref()),
                ]),
                due: format!("退院 {}", left(self.today(), due)),
                href: format!("/cases/{}/contacts/new", case.id),
                action: "電話を記録",
            })
        })
    }

    /// Cases whose expected discharge is today or past.
    fn discharges(&self) -> impl Iterator<Item = Task> {
        self.cases.iter().filter_map(|case| {
            let due = case.expected_discharge_on.filter(|due| *due <= self.today())?;
            Some(Task {
                icon: Icon::Home,
                tone: if due < self.today() { Tone::Stop } else { Tone::Warn },
                what: "退院予定日です".into(),
                who: join(&[&format!("{}さん", case.patient_name), &case.ward_name, &case.code]),
                due: left(self.today(), due),
                href: format!("/cases/{}", case.id),
                action: "案件を見る",
            })
        })
    }

    fn undelivered_line(&self, notice: &Undelivered) -> Task {
        let number = match notice.channel {
            Channel::FaxPrint if notice.has_fax => notice.fax.as_deref().unwrap_or_default(),
            _ => phone(notice.phone.as_deref()),
        };
        let by_machine = notice.has_failed();
        let what = match notice.channel {
            Channel::Mail | Channel::App => format!("届いていません：{}", notice.kind.label()),
            Channel::FaxPrint if !notice.has_fax => format!("FAX番号の確認待ち：{}", notice.kind.label()),
            way if by_machine => format!("届いていません：{}（{}で伝える）", notice.kind.label(), way.label()),
            way => format!("{}で伝える：{}", way.label(), notice.kind.label()),
        };
        Task {
            icon: if notice.channel == Channel::FaxPrint { Icon::Print } else { Icon::Phone },
            tone: if by_machine { Tone::Stop } else { Tone::Warn },
            what,
            who: join(&[&notice.org_name, number, &notice.case_code]),
            due: wareki::table(calendar::day_of(notice.due_at), &self.holidays),
            href: match (notice.channel, notice.conference_id) {
                (Channel::Phone | Channel::Visit, _) => "/calls".into(),
                (Channel::FaxPrint, _) => "/fax".into(),
                (_, Some(conference)) => format!("/conferences/{conference}"),
                (_, None) => format!("/cases/{}/contacts/new", notice.case_id),
            },
            action: match notice.channel {
                Channel::Phone | Channel::Visit => "電話リスト",
                Channel::FaxPrint => "今日のFAX",
                Channel::Mail | Channel::App => "連絡して記録",
            },
        }
    }

    /// How far the silence of a prior doctor has come.
    fn escalation(&self, party: &Unanswered) -> Option<Escalation> {
        let doctor = party.role == PartyRole::PriorDoctor;
        let calendar: OrgCalendar = serde_json::from_str(&party.calendar).unwrap_or_default();
        let (ladder, holidays) = (&self.region.ladder, &self.holidays);
        doctor.then(|| escalation(ladder, party.starts_at, &calendar, holidays, self.now)).flatten()
    }

    fn is_pressing(&self, party: &Unanswered) -> bool {
        self.escalation(party).is_some()
    }

    fn call_line(&self, party: &Unanswered) -> Task {
        Task {
            icon: Icon::Phone,
            tone: Tone::Stop,
            what: match self.escalation(party) {
                Some(Escalation::Superior) => "電話してください：かかりつけ医が未回答（責任者にも表示中）".into(),
                _ => "電話してください：かかりつけ医が未回答".into(),
            },
            who: join(&[&party.org_name, phone(party.phone.as_deref()), &party.case_code]),
            due: left(self.today(), calendar::day_of(party.starts_at)),
            href: "/calls".into(),
            action: "電話リスト",
        }
    }

    /// The other silent parties, one line for each conference.
    fn silent(&self) -> Vec<Task> {
        let parties: Vec<_> = self.unanswered.iter().filter(|party| !self.is_pressing(party)).collect();
        let conferences = parties.chunk_by(|one, next| one.conference_id == next.conference_id);
        conferences
            .filter_map(|parties| Some((parties.first()?, parties)))
            .map(|(first, all)| self.silent_line(first, all))
            .collect()
    }

    fn silent_line(&self, first: &Unanswered, all: &[&Unanswered]) -> Task {
        let day = calendar::day_of(first.starts_at);
        let when = wareki::table_at(first.starts_at, &self.holidays);
        let who: Vec<_> = all.iter().map(|party| format!("{}（{}）", party.org_name, party.role.label())).collect();
        Task {
            icon: Icon::Calendar,
            tone: Tone::Plain,
            what: format!("カンファレンス {when} ・ 未回答 {}か所", all.len()),
            who: join(&[&who.join("、"), &first.case_code]),
            due: left(self.today(), day),
            href: format!("/conferences/{}", first.conference_id),
            action: "見る",
        }
    }

    /// Cases whose prior doctor is unknown.
    fn unknown(&self) -> impl Iterator<Item = Task> {
        self.cases.iter().filter(|case| case.doctor_standing == Standing::Unknown).map(|case| Task {
            icon: Icon::Question,
            tone: Tone::Warn,
            what: "かかりつけ医を確かめる（不明）".into(),
            who: join(&[&format!("{}さん", case.patient_name), &case.ward_name, &case.code]),
            due: case
                .expected_discharge_on
                .map_or_else(|| "退院 未定".into(), |due| format!("退院 {}", left(self.today(), due))),
            href: format!("/cases/{}/team/prior_doctor", case.id),
            action: "登録する",
        })
    }

    fn conferences(&self) -> Markup {
        if self.soon.is_empty() {
            return empty("今日と明日の予定はありません。");
        }
        let columns = ["日時", "案件番号", "場所", "回答"];
        let rows: Vec<_> = self.soon.iter().map(|soon| self.conference(soon)).collect();
        super::ui::table::Table { caption: "早い順", columns: &columns, empty: "", dense: true }.show(&rows)
    }

    fn conference(&self, soon: &Soon) -> Vec<Markup> {
        vec![
            html! { (wareki::table_at(soon.starts_at, &self.holidays)) },
            html! { a href=(format!("/conferences/{}", soon.id)) { (soon.case_code) } },
            html! { (soon.place) },
            html! { (soon.invited) "か所中 " (soon.invited - soon.silent) "回答" @if soon.silent > 0 { "（未回答 " (soon.silent) "）" } },
        ]
    }
}

fn list(lines: &[Task]) -> Markup {
    if lines.is_empty() {
        return empty("未回答も、届いていない知らせもありません。");
    }
    tasks(lines)
}

fn doctor(case: &Summary) -> &str {
    case.doctor_org.as_deref().unwrap_or("かかりつけ医 不明")
}

fn phone(phone: Option<&str>) -> &str {
    phone.unwrap_or("電話番号なし")
}

fn join(parts: &[&str]) -> String {
    parts.join(" ・ ")
}

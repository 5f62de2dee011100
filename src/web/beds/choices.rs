//! What can be chosen on the board: filters of one tap, and those that need choosing or typing.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use maud::{Markup, html};

use super::board::Board;
use super::filter::{HOURS, NEED, PROCEDURE, Wanted, distances, options};
use crate::domain::bed::board::Order;
use crate::domain::bed::hours::{AcceptHours, daytime_is_left};
use crate::domain::bed::profile::{OtherNeed, Procedure};
use crate::domain::bed::{Acceptance, SexLimit, WardKind};
use crate::web::ui::board::{Filter, filters};
use crate::web::ui::form::{Choice, Field, Look, actions, button, get, hidden_field, pair};
use crate::web::ui::link::button_link;

impl Board {
    /// All filters of a page.
    pub(super) fn filters(&self, page: &str, wanted: &Wanted) -> Markup {
        let taps = quick(wanted, self.now).map(|(label, on, other)| (other.address_of(page), label, on));
        let taps = taps.each_ref().map(|(href, label, on)| Filter { href, label, on: *on });
        filters(&taps, wanted.is_detailed(), &self.details(page, wanted))
    }

    /// The filters that need choosing or typing; those of one tap travel along.
    fn details(&self, page: &str, wanted: &Wanted) -> Markup {
        let places = self.places();
        let areas = options(places.iter().map(|(code, name)| (code.as_str(), name.as_str())));
        let kinds = options(WardKind::ALL.iter().map(|kind| (kind.code(), kind.label())));
        let states = options(Acceptance::ALL.iter().map(|state| (state.code(), state.label())));
        let carried = [
            ("sex", wanted.sex.map_or("", SexLimit::code)),
            (HOURS, wanted.hours.map_or("", AcceptHours::code)),
            ("backup", if wanted.backup { "1" } else { "" }),
            ("today", if wanted.today { "1" } else { "" }),
        ];
        let acceptance = wanted.acceptance.map_or("", Acceptance::code);
        let within = wanted.within.map(|within| within.to_string()).unwrap_or_default();
        let distances = distances();
        let distances = options(distances.iter().map(|(within, label)| (within.as_str(), label.as_str())));
        let orders: Vec<_> = Order::ALL.iter().map(|order| (order.code(), order.label())).collect();
        get(
            page,
            &html! {
                @for (name, value) in carried { @if !value.is_empty() { (hidden_field(name, value)) } }
                (pair(&html! {
                    (Field::new("area", "地域").value(&wanted.area).select(&areas))
                    (Field::new("kind", "病棟の種類").value(wanted.kind.map_or("", WardKind::code)).select(&kinds))
                    (Field::new("acceptance", "受け入れ").value(acceptance).select(&states))
                    (Field::new("name", "病院・病棟の名前").value(&wanted.name).text())
                    (Field::new("within", "自分の機関からの距離").value(&within).select(&distances))
                    (Field::new("sort", "並び順").value(wanted.order.unwrap_or(Order::Accepting).code()).select(&orders))
                }))
                (needs(wanted))
                (actions(&html! {
                    (button(Look::Secondary, "絞り込む"))
                    (button_link(Look::Quiet, page, "条件をすべて外す"))
                }))
            },
        )
    }

    /// The places that can be chosen: 二次医療圏 where there are several, and municipalities.
    fn places(&self) -> Vec<(String, String)> {
        let areas: BTreeMap<_, _> =
            self.wards.iter().filter_map(|ward| Some((ward.area_code.clone()?, ward.area_name.clone()?))).collect();
        let towns: BTreeMap<_, _> = self
            .wards
            .iter()
            .filter_map(|ward| ward.municipality_name.clone())
            .map(|town| (town.clone(), town))
            .collect();
        let several = areas.len() > 1;
        areas.into_iter().filter(|_| several).chain(towns).collect()
    }
}

/// What the patient needs, by what wards say of themselves.
fn needs(wanted: &Wanted) -> Markup {
    let procedures: Vec<_> = Procedure::ALL.iter().map(|one| Choice::new(one.code(), one.label())).collect();
    let others: Vec<_> = OtherNeed::ALL.iter().map(|one| Choice::new(one.code(), one.label())).collect();
    let chosen: Vec<_> = wanted.needs.procedures.iter().map(|one| one.code()).collect();
    let also: Vec<_> = wanted.needs.others.iter().map(|one| one.code()).collect();
    let hint = "病棟の案内に書かれていることで選びます。書いていない病棟は「対応は要確認」として後ろに出ます。";
    html! {
        (Field::new(PROCEDURE, "必要な医療処置").hint(hint).checks(&procedures, &chosen))
        (Field::new(NEED, "そのほかの条件").checks(&others, &also))
    }
}

/// The filters of one tap: the word, whether it is on, and the board with it switched over.
fn quick(wanted: &Wanted, now: DateTime<Utc>) -> [(&'static str, bool, Wanted); 9] {
    let wanted = &Wanted { page: 0, ..wanted.clone() };
    let near = wanted.order == Some(Order::Distance);
    let order = (!near).then_some(Order::Distance);
    let accepting = wanted.acceptance == Some(Acceptance::Accepting);
    let acceptance = (!accepting).then_some(Acceptance::Accepting);
    let for_sex = |label, sex| {
        let on = wanted.sex == Some(sex);
        (label, on, Wanted { sex: (!on).then_some(sex), ..wanted.clone() })
    };
    let at_hours = |label, hours| {
        let on = wanted.hours == Some(hours);
        (label, on, Wanted { hours: (!on).then_some(hours), ..wanted.clone() })
    };
    let by_day = if daytime_is_left(now) { "きょう入れる（日中）" } else { "日中に入れる" };
    [
        ("受入可のみ", accepting, Wanted { acceptance, ..wanted.clone() }),
        at_hours(by_day, AcceptHours::Daytime),
        at_hours("今夜入れる（夜間）", AcceptHours::Night),
        at_hours("翌朝から入れる", AcceptHours::NextMorning),
        ("今日の報告だけ", wanted.today, Wanted { today: !wanted.today, ..wanted.clone() }),
        ("後方支援枠あり", wanted.backup, Wanted { backup: !wanted.backup, ..wanted.clone() }),
        for_sex("男性が入れる", SexLimit::Male),
        for_sex("女性が入れる", SexLimit::Female),
        ("近い順", near, Wanted { order, ..wanted.clone() }),
    ]
}

//! How the terms of a case look: chips, icons, and days in words.

use chrono::NaiveDate;

use crate::domain::calendar::{self, Holidays};
use crate::domain::case::{CaseStatus, LinkState, PartyRole};
use crate::domain::wareki;
use crate::web::ui::Icon;
use crate::web::ui::chip::{self, Chip};

pub(super) const fn status(status: CaseStatus) -> Chip {
    match status {
        CaseStatus::Draft => chip::case::DRAFT,
        CaseStatus::Gathering => chip::case::GATHERING,
        CaseStatus::Family => chip::case::FAMILY,
        CaseStatus::Placement => chip::case::PLACEMENT,
        CaseStatus::CareApplication => chip::case::CARE_APPLICATION,
        CaseStatus::DestinationDecided => chip::case::DESTINATION_DECIDED,
        CaseStatus::ActionNeeded => chip::case::ACTION_NEEDED,
        CaseStatus::Discharged => chip::case::DISCHARGED,
        CaseStatus::Cancelled => chip::case::CANCELLED,
    }
}

pub(super) const fn contact(state: LinkState) -> Chip {
    match state {
        LinkState::NotContacted => chip::contact::NOT_CONTACTED,
        LinkState::Contacted => chip::contact::CONTACTED,
        LinkState::Attending => chip::contact::ATTENDING,
        LinkState::Absent => chip::contact::ABSENT,
        LinkState::Unknown => chip::contact::UNKNOWN,
    }
}

pub(super) const fn icon(role: PartyRole) -> Icon {
    match role {
        PartyRole::PriorDoctor | PartyRole::HomeVisitDoctor => Icon::Doctor,
        PartyRole::PriorDentist => Icon::Tooth,
        PartyRole::PriorPharmacy => Icon::Capsule,
        PartyRole::PriorCareManager => Icon::Clipboard,
        PartyRole::PriorVisitingNurse => Icon::Heart,
        PartyRole::Other => Icon::Person,
    }
}

/// A day in a table, or 「未定」.
pub fn day(day: Option<NaiveDate>, holidays: &Holidays) -> String {
    day.map_or_else(|| "未定".to_owned(), |day| wareki::table(day, holidays))
}

/// How far a day is: 「今日」, 「あと2日」, 「2日超過」.
pub fn left(today: NaiveDate, due: NaiveDate) -> String {
    match calendar::days_left(today, due) {
        0 => "今日".into(),
        left @ 1.. => format!("あと{left}日"),
        over => format!("{}日超過", -over),
    }
}

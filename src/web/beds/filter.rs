//! What somebody looks for on the board. It stands in the address, so that a view can be kept and sent.

use chrono::{DateTime, Utc};

use crate::domain::bed::board::Standing;
use crate::domain::bed::{Acceptance, SexLimit, WardKind};
use crate::domain::calendar::day_of;
use crate::domain::name;
use crate::store::beds::WardNow;
use crate::web::form::Form;

const NAME_MAX: usize = 50;

/// The filters of the board; what isn't set finds everything.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Wanted {
    /// A municipality's name or the code of a 二次医療圏.
    pub area: String,
    /// Kind of ward.
    pub kind: Option<WardKind>,
    /// Somebody of this sex could be taken.
    pub sex: Option<SexLimit>,
    /// A fresh report says this.
    pub acceptance: Option<Acceptance>,
    /// Has accepting beds of the back-up programme.
    pub backup: bool,
    /// Reported today.
    pub today: bool,
    /// Words of the organisation's or the ward's name.
    pub name: String,
    /// On a wall: nobody there can follow a link. Never in an address.
    pub on_wall: bool,
}

impl Wanted {
    /// Reads the filters out of an address; what can't be read isn't wanted.
    #[must_use]
    pub fn read(query: &Form) -> Self {
        let short = |field| query.text(field).chars().take(NAME_MAX).collect();
        Self {
            area: short("area"),
            kind: query.text("kind").parse().ok(),
            sex: query.text("sex").parse().ok().filter(|sex| *sex != SexLimit::Either),
            acceptance: query.text("acceptance").parse().ok(),
            backup: query.is_ticked("backup"),
            today: query.is_ticked("today"),
            name: short("name"),
            on_wall: false,
        }
    }

    /// The address of the board with these filters.
    #[must_use]
    pub fn address(&self) -> String {
        let flag = |on| if on { "1" } else { "" };
        let fields = [
            ("area", self.area.as_str()),
            ("kind", self.kind.map_or("", WardKind::code)),
            ("sex", self.sex.map_or("", SexLimit::code)),
            ("acceptance", self.acceptance.map_or("", Acceptance::code)),
            ("backup", flag(self.backup)),
            ("today", flag(self.today)),
            ("name", self.name.as_str()),
        ];
        let set: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        if set.is_empty() {
            return "/beds".into();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(set).finish();
        format!("/beds?{query}")
    }

    /// Whether a filter is set that has no button of its own.
    #[must_use]
    pub fn is_detailed(&self) -> bool {
        let other = self.acceptance.is_some_and(|acceptance| acceptance != Acceptance::Accepting);
        other || !self.area.is_empty() || self.kind.is_some() || !self.name.is_empty()
    }

    /// Whether the ward is one of those asked about, whatever it reports. The sums are made of these.
    #[must_use]
    pub fn means(&self, ward: &WardNow) -> bool {
        let area = [&ward.municipality_name, &ward.area_code];
        let sex = ward.report.reported_sex_limit;
        (self.area.is_empty() || area.into_iter().flatten().any(|place| *place == self.area))
            && self.kind.is_none_or(|kind| kind == ward.ward_kind)
            && self.sex.is_none_or(|wanted| sex == SexLimit::Either || sex == wanted)
            && self.names(ward)
    }

    fn names(&self, ward: &WardNow) -> bool {
        if self.name.is_empty() {
            return true;
        }
        let key = name::search_key(&format!("{} {} {}", ward.org_name, ward.org_kana, ward.ward_name));
        name::words(&self.name).iter().all(|word| key.contains(word))
    }

    /// Whether what the ward reports is what is wanted.
    #[must_use]
    pub fn fits(&self, ward: &WardNow, standing: Standing, now: DateTime<Utc>) -> bool {
        let today = || ward.report.as_of.is_some_and(|as_of| day_of(as_of) == day_of(now));
        self.acceptance.is_none_or(|acceptance| standing == Standing::Says(acceptance))
            && (!self.backup || (standing.is_fresh() && ward.report.backup_accepting > 0))
            && (!self.today || today())
    }
}

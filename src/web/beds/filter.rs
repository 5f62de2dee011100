//! What somebody looks for on the board. It stands in the address, so that a view can be kept and sent.

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::access::{Network, Permission, Screen};
use crate::domain::bed::board::{Order, Standing};
use crate::domain::bed::hours::AcceptHours;
use crate::domain::bed::profile::{Fit, Needs};
use crate::domain::bed::{Acceptance, SexLimit, WardKind};
use crate::domain::calendar::day_of;
use crate::domain::geo::{self, Point};
use crate::domain::name;
use crate::error::Result;
use crate::id::OrgId;
use crate::store::beds::WardNow;
use crate::store::orgs;
use crate::web::form::Form;
use crate::web::session::Session;

const NAME_MAX: usize = 50;
/// The field of the hours.
pub const HOURS: &str = "hours";
/// The field of the procedures that are needed.
pub const PROCEDURE: &str = "procedure";
/// The field of what else is needed.
pub const NEED: &str = "need";

/// The distances that can be chosen, in kilometres.
const WITHIN: [u32; 3] = [5, 10, 20];

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
    /// Takes patients in at these hours.
    pub hours: Option<AcceptHours>,
    /// Has accepting beds of the back-up programme.
    pub backup: bool,
    /// Reported today.
    pub today: bool,
    /// Words of the organisation's name or address, or of the ward's name.
    pub name: String,
    /// No farther than so many kilometres; one of [`WITHIN`].
    pub within: Option<u32>,
    /// In which order; the board's own where it isn't set.
    pub order: Option<Order>,
    /// What the patient needs.
    pub needs: Needs,
    /// Which page of what is found, from 0.
    pub page: usize,
    /// From where distance counts: set only where it is asked for, since what is kept rendered is kept by it.
    pub origin: Option<Point>,
    /// Where its rows lead. Never in an address.
    pub leads: Leads,
}

/// Where a row of the board leads who looks at it.
#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq)]
pub enum Leads {
    /// Nowhere: on a wall nobody can follow a link.
    Nowhere,
    /// To the ward's page.
    #[default]
    Ward,
    /// There, and to a request for a bed.
    Question,
}

impl Leads {
    /// For somebody signed in.
    #[must_use]
    pub fn of(session: &Session) -> Self {
        if session.actor.may(Permission::AskForBeds) { Self::Question } else { Self::Ward }
    }
}

impl Wanted {
    /// What somebody asks for. Distance counts from their own organisation.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn of(app: &App, session: &Session, query: &Form) -> Result<Self> {
        Self { leads: Leads::of(session), ..Self::read(query) }
            .from(app, session.actor.network(), session.actor.org)
            .await
    }

    /// What a screen on a wall shows. Distance counts from the organisation in which it hangs.
    ///
    /// # Errors
    /// The database refuses.
    pub async fn of_wall(app: &App, screen: Screen, query: &Form) -> Result<Self> {
        Self { leads: Leads::Nowhere, ..Self::read(query) }.from(app, screen.network(), screen.org).await
    }

    async fn from(mut self, app: &App, network: Network, org: OrgId) -> Result<Self> {
        if self.asks_distance() {
            self.origin = orgs::place::of(&mut app.look().await?, network, org).await?;
        }
        Ok(self)
    }

    /// Whether an answer needs to know where the asker is.
    #[must_use]
    pub fn asks_distance(&self) -> bool {
        self.within.is_some() || self.order == Some(Order::Distance)
    }

    /// Reads the filters out of an address; what can't be read isn't wanted.
    #[must_use]
    pub fn read(query: &Form) -> Self {
        let short = |field| query.text(field).chars().take(NAME_MAX).collect();
        Self {
            area: short("area"),
            kind: query.text("kind").parse().ok(),
            sex: query.text("sex").parse().ok().filter(|sex| *sex != SexLimit::Either),
            acceptance: query.text("acceptance").parse().ok(),
            hours: query.text(HOURS).parse().ok(),
            backup: query.is_ticked("backup"),
            today: query.is_ticked("today"),
            name: short("name"),
            within: query.text("within").parse().ok().filter(|within| WITHIN.contains(within)),
            order: query.text("sort").parse().ok().filter(|order| *order != Order::Accepting),
            needs: Needs { procedures: several(query, PROCEDURE), others: several(query, NEED) },
            page: query.text("page").parse().ok().and_then(|page: usize| page.checked_sub(1)).unwrap_or_default(),
            origin: None,
            leads: Leads::default(),
        }
    }

    /// The address of the board with these filters.
    #[must_use]
    pub fn address(&self) -> String {
        self.address_of("/beds")
    }

    /// The address of another page with these filters.
    #[must_use]
    pub fn address_of(&self, page: &str) -> String {
        let within = self.within.map(|within| within.to_string()).unwrap_or_default();
        let page_number = if self.page > 0 { (self.page + 1).to_string() } else { String::new() };
        let flag = |on| if on { "1" } else { "" };
        let fields = [
            ("area", self.area.as_str()),
            ("kind", self.kind.map_or("", WardKind::code)),
            ("sex", self.sex.map_or("", SexLimit::code)),
            ("acceptance", self.acceptance.map_or("", Acceptance::code)),
            (HOURS, self.hours.map_or("", AcceptHours::code)),
            ("backup", flag(self.backup)),
            ("today", flag(self.today)),
            ("name", self.name.as_str()),
            ("within", within.as_str()),
            ("sort", self.order.map_or("", Order::code)),
            ("page", page_number.as_str()),
        ];
        let needed = self.needs.procedures.iter().map(|procedure| (PROCEDURE, procedure.code()));
        let needed = needed.chain(self.needs.others.iter().map(|need| (NEED, need.code())));
        let set: Vec<_> = fields.into_iter().filter(|(_, value)| !value.is_empty()).chain(needed).collect();
        if set.is_empty() {
            return page.into();
        }
        let query = form_urlencoded::Serializer::new(String::new()).extend_pairs(set).finish();
        format!("{page}?{query}")
    }

    /// Whether a filter is set that has no button of its own.
    #[must_use]
    pub fn is_detailed(&self) -> bool {
        let other = self.acceptance.is_some_and(|acceptance| acceptance != Acceptance::Accepting);
        let order = self.order.is_some_and(|order| order != Order::Distance);
        let other = other || order || !self.needs.is_empty();
        other || !self.area.is_empty() || self.kind.is_some() || !self.name.is_empty() || self.within.is_some()
    }

    /// Whether anything is left out.
    #[must_use]
    pub fn narrows(&self) -> bool {
        let other = Self { page: 0, order: None, origin: None, leads: Leads::default(), ..self.clone() };
        other != Self::default()
    }

    /// Whether the ward is one of those asked about, whatever it reports.
    #[must_use]
    pub fn means(&self, ward: &WardNow) -> bool {
        let area = [&ward.municipality_name, &ward.area_code];
        let sex = ward.report.reported_sex_limit;
        (self.area.is_empty() || area.into_iter().flatten().any(|place| *place == self.area))
            && self.kind.is_none_or(|kind| kind == ward.ward_kind)
            && self.sex.is_none_or(|wanted| sex == SexLimit::Either || sex == wanted)
            && self.names(ward)
            && self.is_near(ward)
            && self.needs.fit(&ward.profile) != Fit::No
    }

    /// What has to be asked of a ward because it doesn't say; nothing where it says enough.
    pub fn unsaid(&self, ward: &WardNow, standing: Standing) -> impl Iterator<Item = &'static str> + use<> {
        let needs = (self.needs.fit(&ward.profile) == Fit::Unknown).then_some("対応は要確認");
        let hours = (self.takes_in(ward, standing) == Fit::Unknown).then_some("受入時間帯は要確認");
        needs.into_iter().chain(hours)
    }

    /// Whether the ward takes patients in when they are wanted to come.
    fn takes_in(&self, ward: &WardNow, standing: Standing) -> Fit {
        self.hours.map_or(Fit::Yes, |sought| standing.takes_in(&ward.report.accept_hours, sought))
    }

    /// Metres from the asker to a ward, where both places are known.
    #[must_use]
    pub fn metres(&self, ward: &WardNow) -> Option<u32> {
        Some(self.origin?.metres_to(ward.place()?))
    }

    /// How far a ward is, in words; none where distance isn't asked for, or can't be told of any.
    #[must_use]
    pub fn far(&self, ward: &WardNow) -> Option<String> {
        self.origin.map(|_| self.metres(ward).map_or("距離不明".into(), geo::about))
    }

    /// A bed whose place nobody knows isn't hidden: it may be near.
    fn is_near(&self, ward: &WardNow) -> bool {
        let limit = self.within.map(|within| within * 1000);
        limit.is_none_or(|limit| self.metres(ward).is_none_or(|metres| metres <= limit))
    }

    /// Puts wards in the order that is wanted. Those whose place nobody knows stand last where distance is asked for.
    pub fn sort(&self, wards: &mut [&WardNow], standing: impl Fn(&WardNow) -> Standing) {
        let order = self.order.unwrap_or(Order::Accepting);
        if order != Order::Name {
            wards.sort_by_cached_key(|ward| standing(ward).place(ward.report.accepting, ward.report.as_of));
        }
        match order {
            // They come by name.
            Order::Name | Order::Accepting => {}
            Order::Age => wards.sort_by_key(|ward| Reverse(ward.report.as_of)),
            Order::Beds => wards.sort_by_key(|ward| Reverse(standing(ward).offers(ward.report.accepting))),
            Order::Distance => wards.sort_by_cached_key(|ward| self.metres(ward).unwrap_or(u32::MAX)),
        }
        if self.origin.is_some() {
            wards.sort_by_key(|ward| ward.place().is_none());
        }
        // What may do, but doesn't say so, stands behind what does.
        if !self.needs.is_empty() || self.hours.is_some() {
            wards.sort_by_cached_key(|ward| self.needs.fit(&ward.profile).max(self.takes_in(ward, standing(ward))));
        }
        // A hospital stands where the best of its wards would, and has the others with it.
        let mut places = HashMap::new();
        for (at, ward) in wards.iter().enumerate() {
            places.entry(ward.org_id).or_insert(at);
        }
        wards.sort_by_key(|ward| places.get(&ward.org_id).copied());
    }

    fn names(&self, ward: &WardNow) -> bool {
        if self.name.is_empty() {
            return true;
        }
        let is_of_ward = |word: &str| name::search_key(&ward.ward_name).contains(word);
        name::words(&self.name).iter().all(|word| ward.org_search_key.contains(word) || is_of_ward(word))
    }

    /// Whether what the ward reports is what is wanted.
    #[must_use]
    pub fn fits(&self, ward: &WardNow, standing: Standing, now: DateTime<Utc>) -> bool {
        let today = || ward.report.as_of.is_some_and(|as_of| day_of(as_of) == day_of(now));
        self.acceptance.is_none_or(|acceptance| standing == Standing::Says(acceptance))
            && (!self.backup || (standing.is_fresh() && ward.report.backup_accepting > 0))
            && (!self.today || today())
            && self.takes_in(ward, standing) != Fit::No
    }
}

/// The codes of a closed list that stand in the address, each once and in the list's order.
fn several<T: std::str::FromStr + Ord>(query: &Form, field: &str) -> Vec<T> {
    query.codes::<T>(field).collect::<BTreeSet<_>>().into_iter().collect()
}

/// The choices of a list, after one that stands for everything.
#[must_use]
pub fn options<'a>(choices: impl IntoIterator<Item = (&'a str, &'a str)>) -> Vec<(&'a str, &'a str)> {
    std::iter::once(("", "すべて")).chain(choices).collect()
}

/// The distances that can be chosen, as a list shows them.
#[must_use]
pub fn distances() -> [(String, String); WITHIN.len()] {
    WITHIN.map(|within| (within.to_string(), format!("{within}km以内")))
}

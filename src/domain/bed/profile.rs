//! What a ward can take in, and how: it changes seldom, and is asked before every admission. Today's numbers stand elsewhere.

use serde::{Deserialize, Serialize};

use super::Acceptance;
use crate::domain::code::codes;
use crate::domain::fault::{Fault, Faults};

codes! {
    /// What a patient needs that not every ward can do.
    Procedure {
        Oxygen = "oxygen", "酸素療法";
        Suction = "suction", "喀痰吸引";
        Tracheostomy = "tracheostomy", "気管切開";
        Ventilator = "ventilator", "人工呼吸器";
        TubeFeeding = "tube_feeding", "経管栄養（胃ろう・経鼻）";
        CentralVenous = "central_venous", "中心静脈栄養";
        Catheter = "catheter", "尿道カテーテル";
        Stoma = "stoma", "ストーマ";
        PressureUlcer = "pressure_ulcer", "褥瘡の処置";
        Insulin = "insulin", "インスリン注射";
        Dialysis = "dialysis", "透析";
        Opioid = "opioid", "麻薬による疼痛管理";
        Transfusion = "transfusion", "輸血";
        Isolation = "isolation", "感染症の個室管理";
        EndOfLife = "end_of_life", "看取り";
    }
}

codes! {
    /// What else somebody may have to be sure of before asking.
    OtherNeed {
        Dementia = "dementia", "認知症・BPSDのある方";
        NoFamily = "no_family", "身寄りのない方";
        Respite = "respite", "レスパイト";
        PrivateRoom = "private_room", "個室";
    }
}

/// The longest text in a profile, in characters.
pub const TEXT_MAX: usize = 400;
/// More than this a day is a slip of the pen.
const CHARGE_MAX: u32 = 200_000;

/// What a ward can take in. What isn't said is unknown, never a refusal.
#[derive(Clone, Debug, Default, Deserialize, Eq, PartialEq, Serialize)]
#[serde(default)]
pub struct Profile {
    /// What it can do.
    pub procedures: Vec<Procedure>,
    /// 認知症・BPSD.
    pub dementia: Option<Acceptance>,
    /// 身寄りのない方.
    pub no_family: Option<Acceptance>,
    /// レスパイト.
    pub respite: Option<Acceptance>,
    /// How many of its rooms have one bed.
    pub private_rooms: Option<u32>,
    /// 差額: yen a day for such a room.
    pub extra_charge: Option<u32>,
    /// What a stay costs, in words.
    pub cost: String,
    /// How long one usually waits, in words.
    pub usual_wait: String,
    /// How one asks, and what is handed in.
    pub how: String,
}

impl Profile {
    /// Whether anything is said at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Checks what was entered.
    ///
    /// # Errors
    /// The faults, by the names of the fields.
    pub fn check(&self, capacity: i32) -> Result<(), Faults> {
        let mut faults = Faults::default();
        for (field, text) in [("cost", &self.cost), ("usual_wait", &self.usual_wait), ("how", &self.how)] {
            faults.check(text.chars().count() <= TEXT_MAX, field, Fault::TooLong { max: TEXT_MAX });
        }
        let rooms = self.private_rooms.is_none_or(|rooms| i64::from(rooms) <= i64::from(capacity));
        faults.check(rooms, "private_rooms", Fault::MoreThanBeds { capacity });
        faults.within(self.extra_charge.unwrap_or(0), 0..=CHARGE_MAX, "extra_charge");
        faults.settle()
    }
}

impl TryFrom<String> for Profile {
    type Error = serde_json::Error;

    fn try_from(json: String) -> Result<Self, Self::Error> {
        serde_json::from_str(&json)
    }
}

/// What a patient needs of a ward.
#[derive(Clone, Debug, Default, Eq, Hash, PartialEq)]
pub struct Needs {
    /// All of this has to be done.
    pub procedures: Vec<Procedure>,
    /// All of this has to be so.
    pub others: Vec<OtherNeed>,
}

/// Whether a ward can do what is needed.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Fit {
    /// It says so.
    Yes,
    /// It doesn't say.
    Unknown,
    /// It says that it takes nobody like this.
    No,
}

impl Needs {
    /// Whether nothing is needed.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.procedures.is_empty() && self.others.is_empty()
    }

    /// Whether a ward with this profile will do: what it says least of decides.
    #[must_use]
    pub fn fit(&self, profile: &Profile) -> Fit {
        let does = |one: &Procedure| if profile.procedures.contains(one) { Fit::Yes } else { Fit::Unknown };
        let others = self.others.iter().map(|need| need.fit(profile));
        self.procedures.iter().map(does).chain(others).max().unwrap_or(Fit::Yes)
    }
}

impl OtherNeed {
    fn fit(self, profile: &Profile) -> Fit {
        let stance = match self {
            Self::Dementia => profile.dementia,
            Self::NoFamily => profile.no_family,
            Self::Respite => profile.respite,
            Self::PrivateRoom => {
                return profile.private_rooms.map_or(Fit::Unknown, |rooms| if rooms == 0 { Fit::No } else { Fit::Yes });
            }
        };
        match stance {
            None => Fit::Unknown,
            Some(Acceptance::NotAccepting) => Fit::No,
            Some(Acceptance::Accepting | Acceptance::Ask) => Fit::Yes,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ward_fits_as_far_as_it_says() {
        use OtherNeed::{Dementia, NoFamily, PrivateRoom};
        use Procedure::{Dialysis, Oxygen, Suction};
        let said = Profile {
            procedures: vec![Oxygen, Suction],
            dementia: Some(Acceptance::Ask),
            no_family: Some(Acceptance::NotAccepting),
            private_rooms: Some(0),
            ..Profile::default()
        };
        let silent = Profile::default();
        for (procedures, others, of_said, of_silent) in [
            (&[][..], &[][..], Fit::Yes, Fit::Yes),
            (&[Oxygen, Suction], &[], Fit::Yes, Fit::Unknown),
            (&[Oxygen, Dialysis], &[], Fit::Unknown, Fit::Unknown),
            (&[Oxygen], &[Dementia], Fit::Yes, Fit::Unknown),
            (&[], &[NoFamily], Fit::No, Fit::Unknown),
            (&[], &[Dementia, PrivateRoom], Fit::No, Fit::Unknown),
            (&[Oxygen], &[OtherNeed::Respite], Fit::Unknown, Fit::Unknown),
        ] {
            let needs = Needs { procedures: procedures.to_vec(), others: others.to_vec() };
            assert_eq!((needs.fit(&said), needs.fit(&silent)), (of_said, of_silent), "{needs:?}");
        }
    }

    #[test]
    fn a_profile_is_checked_and_what_isnt_said_stays_unknown() {
        let full = Profile {
            procedures: vec![Procedure::Oxygen, Procedure::EndOfLife],
            dementia: Some(Acceptance::Ask),
            private_rooms: Some(4),
            extra_charge: Some(5_500),
            ..Profile::default()
        };
        let cases = [
            (full.clone(), None),
            (Profile::default(), None),
            (Profile { private_rooms: Some(41), ..full.clone() }, Some("private_rooms")),
            (Profile { extra_charge: Some(200_001), ..full.clone() }, Some("extra_charge")),
            (Profile { how: "あ".repeat(401), ..full.clone() }, Some("how")),
        ];
        for (profile, field) in cases {
            let faults = profile.check(40).err().map(|faults| faults.0[0].0.clone());
            assert_eq!(faults.as_deref(), field, "{profile:?}");
        }
        assert!(serde_json::from_str::<Profile>("{}").unwrap().is_empty());
        let stored = serde_json::to_string(&full).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&stored).unwrap(), full);
    }
}

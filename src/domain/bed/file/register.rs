//! The wards for which somebody may report, by what a file may call them.

use std::collections::{HashMap, HashSet};

use unicode_normalization::UnicodeNormalization;

use super::{Known, Wrong};
use crate::domain::name::search_key;
use crate::id::OrgId;

/// The wards by what a file may call them: each row is looked up, not compared with every ward.
pub(super) struct Register<'a> {
    pub(super) wards: &'a [Known],
    by_name: HashMap<String, Vec<usize>>,
    orgs_by_name: HashMap<String, HashSet<OrgId>>,
    orgs_by_code: HashMap<String, HashSet<OrgId>>,
}

/// Letters and digits of a code, however wide they were typed.
fn plain_code(text: &str) -> String {
    text.nfkc().filter(char::is_ascii_alphanumeric).collect()
}

impl<'a> Register<'a> {
    pub(super) fn of(wards: &'a [Known]) -> Self {
        let mut register =
            Self { wards, by_name: HashMap::new(), orgs_by_name: HashMap::new(), orgs_by_code: HashMap::new() };
        for (place, ward) in wards.iter().enumerate() {
            register.by_name.entry(search_key(&ward.name)).or_default().push(place);
            register.orgs_by_name.entry(search_key(&ward.org_name)).or_default().insert(ward.org);
            for code in ward.org_codes.iter().map(|code| plain_code(code)).filter(|code| !code.is_empty()) {
                register.orgs_by_code.entry(code).or_default().insert(ward.org);
            }
        }
        register
    }

    /// The organisations that are called all of this; none where nothing is said, so that any may be meant.
    fn orgs(&self, said: &[&str]) -> Option<HashSet<OrgId>> {
        let called = |said: &&str| {
            let (by_name, by_code) =
                (self.orgs_by_name.get(&search_key(said)), self.orgs_by_code.get(&plain_code(said)));
            by_name.into_iter().chain(by_code).flatten().copied().collect::<HashSet<_>>()
        };
        said.iter().filter(|said| !said.is_empty()).map(called).reduce(|some, others| &some & &others)
    }

    /// The place of the ward of this name, of an organisation that is called all of this.
    pub(super) fn ward(&self, name: &str, said: &[&str]) -> Result<usize, Wrong> {
        let orgs = self.orgs(said);
        let is_of = |place: &&usize| {
            let ward = self.wards.get(**place);
            orgs.as_ref().is_none_or(|orgs| ward.is_some_and(|ward| orgs.contains(&ward.org)))
        };
        let mut meant = self.by_name.get(&search_key(name)).into_iter().flatten().filter(is_of);
        match (meant.next(), meant.next()) {
            (Some(place), None) => Ok(*place),
            (Some(_), Some(_)) => Err(Wrong::WhichOrg),
            (None, _) if self.wards.is_empty() || orgs.is_some_and(|orgs| orgs.is_empty()) => {
                Err(Wrong::NoSuchOrg(said.join(" ")))
            }
            (None, _) => Err(Wrong::NoSuchWard(name.to_owned())),
        }
    }
}

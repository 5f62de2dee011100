//! The clinic's own registered patients (入院希望登録), one of whom may be chosen instead of being typed.

use chrono::NaiveDate;
use maud::{Markup, html};

use super::offers::Offer;
use crate::domain::access::Permission;
use crate::error::Result;
use crate::store::db::Tx;
use crate::store::registrations::{self, Registration};
use crate::web::form::Form;
use crate::web::layout::Shown;
use crate::web::session::Session;
use crate::web::ui::form::{Look, button_to};

/// The button that takes the patient from a registration.
pub const FILL: &str = "fill";

/// The registrations of the own clinic that stand, and the one that is chosen.
pub struct Registered {
    all: Vec<Registration>,
    chosen: Option<usize>,
}

impl Registered {
    /// Reads them; none for who doesn't register patients.
    pub async fn of(tx: &mut Tx, session: &Session, form: &Form) -> Result<Self> {
        let mut all = match session.actor.scope(Permission::RegisterPatients) {
            Ok(scope) => registrations::list(tx, scope).await?,
            Err(_) => Vec::new(),
        };
        all.retain(|one| one.org_id == session.actor.org && one.ended_on.is_none());
        let id = form.text("registration").parse().ok();
        let chosen = all.iter().position(|one| Some(one.id) == id);
        Ok(Self { all, chosen })
    }

    fn chosen(&self) -> Option<&Registration> {
        self.all.get(self.chosen?)
    }

    /// The hospitals that can be asked, with the one of the registration among them, however far down it stood.
    pub fn first(&self, mut offers: Vec<Offer>) -> Vec<Offer> {
        if let Some(chosen) = self.chosen() {
            let (org, name) = (chosen.hospital_id, chosen.hospital_name.clone());
            match offers.iter_mut().find(|offer| offer.org == org) {
                Some(offer) => offer.note = format!("入院希望登録の病院 ・ {}", offer.note),
                None => offers.insert(0, Offer { org, name, note: "入院希望登録の病院".into() }),
            }
        }
        offers
    }

    /// Fills in what the chosen registration says. Its hospital is asked, whoever else is.
    pub fn fill(&self, form: &mut Form, today: NaiveDate) -> Result<()> {
        let Some(chosen) = self.chosen() else { return Ok(()) };
        let sheet = chosen.sheet()?;
        form.set("patient_name", sheet.patient_name);
        form.set("age", today.years_since(sheet.patient_born_on).unwrap_or_default().to_string());
        form.set("sex", sheet.patient_sex.code());
        let hospital = chosen.hospital_id.to_string();
        if form.texts("hospitals").all(|org| org != hospital) {
            form.also("hospitals", hospital);
        }
        Ok(())
    }

    /// The choice; nothing where nobody is registered.
    pub fn show(&self, shown: &Shown<'_>) -> Markup {
        if self.all.is_empty() {
            return html! {};
        }
        let line = |one: &Registration| {
            let name = one.sheet().map(|sheet| sheet.patient_name).unwrap_or_default();
            (one.id.to_string(), format!("{name}さん（{}・登録番号 {}）", one.hospital_name, one.code))
        };
        let all: Vec<_> = self.all.iter().map(line).collect();
        let all = all.iter().map(|(id, name)| (id.as_str(), name.as_str()));
        let all: Vec<_> = std::iter::once(("", "（登録のない方）")).chain(all).collect();
        let hint = "選んで「登録の内容を入れる」を押すと、名前・年齢・性別と登録した病院が入ります";
        html! {
            (shown.field("registration", "入院希望登録から選ぶ").hint(hint).select(&all))
            p { (button_to(Look::Secondary, "act", FILL, "登録の内容を入れる")) }
        }
    }
}

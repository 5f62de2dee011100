//! A town with one person of every kind, a case, a conference, and everything else that an address can name.

use okaeri::actions::{feeds, screens, sign_in};
use okaeri::domain::calendar::day_of;
use okaeri::domain::notice::{Switches, day_number};
use okaeri::domain::org::OrgKind;
use okaeri::domain::person::StaffRole;
use okaeri::domain::registration::due_on;
use okaeri::id::{
    AccountId, BedRequestId, CaseId, ConferenceId, InvitationId, NoticeId, OrgId, ProgrammeId, RegistrationId,
    ScreenId, TokenId, WardId,
};
use serde_json::json;

use super::area::{Area, post, with};
use super::meeting::{call_form, poll_form};
use super::program::Program;
use super::world::{Person, World};

/// The kinds of user, in the order of the table's columns.
pub const KINDS: [&str; 13] = [
    "nobody", "nurse", "nurse2", "beds", "doctor", "doctor2", "care", "pharma", "visit", "desk", "admin", "system",
    "auditor",
];

/// The town.
pub struct Town {
    /// Kept, because its database goes with it.
    _world: World,
    /// In the order of [`KINDS`].
    pub users: Vec<(Person, Program)>,
    pub places: Places,
}

/// What addresses and bodies can name.
pub struct Places {
    pub hospital: OrgId,
    pub ward: WardId,
    pub clinic: OrgId,
    pub pharmacy: OrgId,
    pub case: CaseId,
    pub conference: ConferenceId,
    /// A conference whose date is sought.
    pub poll: ConferenceId,
    pub programme: ProgrammeId,
    /// The doctor's, to the hospital.
    pub request: BedRequestId,
    /// The doctor's patient, registered with the hospital.
    pub registration: RegistrationId,
    /// The hospital's link to it.
    pub ask: String,
    /// The link by which the three questions about it are answered.
    pub exchange: String,
    /// The doctor's.
    pub invitation: InvitationId,
    /// The pharmacy's.
    pub party: InvitationId,
    /// A message to the pharmacy, which goes by FAX.
    pub fax: NoticeId,
    pub link: String,
    /// The hospital's token at the end of a mail that it may do without.
    pub switch: String,
    /// The hospital's token of 「変更なし」.
    pub unchanged: String,
    /// Somebody's secret calendar address.
    pub calendar: String,
    /// A screen of the hospital, and the token of its address.
    pub screen: (ScreenId, String),
    /// Somebody who does nothing in the table.
    pub account: AccountId,
    pub token: TokenId,
    /// The name of the style sheet.
    pub asset: String,
}

impl Town {
    pub async fn new() -> Self {
        let area = Area::new().await;
        let spare = Program::of(&area.world, "spare", area.hospital, StaffRole::WardNurse).await;
        let users = people(&area).await;
        let programme = [("name", "確保事業"), ("askers", "doctor"), ("active", "1")];
        let desk = KINDS.iter().position(|kind| *kind == "desk").unwrap();
        let programme = users[desk].0.post("/programmes/new", &programme).await.is(303).id();
        let known = [("prior_care_manager_standing", "known"), ("prior_care_manager", &area.care.to_string())];
        let form = with(&with(&area.case_form(), &[("prior_care_manager_confirmed_by", "")]), &known);
        let case: CaseId = post(&area.nurse, "/cases", &form).await.is(303).id();
        let call = format!("/cases/{case}/conferences/new");
        let conference: ConferenceId = post(&area.nurse, &call, &call_form()).await.is(303).id();
        let invitation = invitation(&area.world, area.clinic).await;
        let party = self::invitation(&area.world, area.pharmacy).await;
        let seek = format!("/cases/{case}/conferences/poll");
        let poll: ConferenceId =
            post(&area.nurse, &seek, &with(&poll_form(), &[("slot_1_from", "16:00")])).await.is(303).id();
        let (request, ask) = request(&area, &users).await;
        let registration = registration(&area, &users).await;
        let admin = KINDS.iter().position(|kind| *kind == "admin").unwrap();
        let screen = screen(&area.world, &users[admin].0).await;
        let places = Places {
            screen,
            hospital: area.hospital,
            ward: area.ward,
            clinic: area.clinic,
            pharmacy: area.pharmacy,
            case,
            conference,
            poll,
            programme,
            request,
            registration,
            ask,
            exchange: exchange(&area.world, registration),
            invitation,
            party,
            fax: fax(&area).await,
            link: area.world.app.secret.link(invitation),
            switch: area.world.app.secret.switch_link(area.hospital, Switches::of_bits(1)),
            unchanged: area.world.app.secret.unchanged_link(area.hospital, day_number(day_of(area.world.now()))),
            calendar: calendar(&area.world).await,
            account: spare.account,
            token: token(&area.world, spare.account).await,
            asset: asset(&area.world).await,
        };
        Self { _world: area.world, users, places }
    }

    /// One of its people.
    pub fn person(&self, kind: &str) -> &Person {
        let at = KINDS.iter().position(|known| *known == kind).unwrap();
        &self.users[at].0
    }
}

impl Places {
    /// A route's address with real ids in it.
    pub fn path(&self, pattern: &str) -> String {
        let id = match pattern.trim_start_matches("/api/v1").split('/').nth(1).unwrap_or_default() {
            // The outbox is the demo's only: elsewhere there is none, whatever one asks for.
            "cases" | "shared" | "outbox" | "mail-in" | "decisions" => self.case.to_string(),
            "conferences" if pattern.contains("/poll") => self.poll.to_string(),
            "conferences" => self.conference.to_string(),
            "programmes" => self.programme.to_string(),
            "registrations" => self.registration.to_string(),
            "requests" | "bed-requests" => self.request.to_string(),
            "fax" => self.fax.to_string(),
            "invitations" => self.invitation.to_string(),
            "beds" | "wards" => self.ward.to_string(),
            "screens" => self.screen.0.to_string(),
            "organisations" => self.hospital.to_string(),
            "admin" => self.account.to_string(),
            _ => String::new(),
        };
        let token = match pattern.split('/').nth(1) {
            Some("a") => self.link.clone(),
            Some("asks") => self.ask.clone(),
            Some("exchanges") => self.exchange.clone(),
            Some("notices") => self.switch.clone(),
            Some("beds") if pattern.starts_with("/beds/unchanged/") => self.unchanged.clone(),
            Some("beds") => self.screen.1.clone(),
            Some("calendar") => format!("{}.ics", self.calendar),
            _ => self.token.to_string(),
        };
        let path = pattern.replace("{id}", &id).replace("{token}", &token).replace("{party}", &self.party.to_string());
        let case = self.case.to_string();
        let path = path.replace("{turn}", &case).replace("{at}", "1").replace("{decision}", &case);
        path.replace("{role}", "prior_doctor").replace("{name}", &self.asset).replace("{org}", &self.clinic.to_string())
    }
}

async fn people(area: &Area) -> Vec<(Person, Program)> {
    use StaffRole as R;
    let world = &area.world;
    let hospital2 = world.org(OrgKind::Hospital, "やま病院").await;
    let clinic2 = world.org(OrgKind::Clinic, "うみの内科").await;
    let station = world.org(OrgKind::VisitingNurseStation, "うみ訪問看護").await;
    let desk = world.org(OrgKind::ConsultationDesk, "相談窓口").await;
    let office = world.org(OrgKind::Municipality, "みなと市").await;
    let all = [
        (area.hospital, R::DischargeNurse),
        (hospital2, R::DischargeNurse),
        (area.hospital, R::BedReporter),
        (area.clinic, R::HomeVisitDoctor),
        (clinic2, R::HomeVisitDoctor),
        (area.care, R::CareManager),
        (area.pharmacy, R::Pharmacist),
        (station, R::VisitingNurse),
        (desk, R::Coordinator),
        (area.hospital, R::OrgAdmin),
        (office, R::SystemAdmin),
        (office, R::Auditor),
    ];
    let mut users = Vec::new();
    for (kind, (org, role)) in KINDS.iter().skip(1).zip(all) {
        let login = format!("a-{kind}");
        let program = Program::of(world, &login, org, role).await;
        users.push((world.sign_in(&login).await, program));
    }
    let nobody = (world.stranger(), users[0].1.with_token(""));
    users.insert(0, nobody);
    users
}

async fn invitation(world: &World, org: OrgId) -> InvitationId {
    let sql = "select id from invitation where org_id = $1";
    let (id,) = world.app.look().await.unwrap().query(sql).bind(org).one().await.unwrap();
    id
}

/// The doctor's patient, registered with the hospital.
async fn registration(area: &Area, users: &[(Person, Program)]) -> RegistrationId {
    let mut tx = area.world.app.bookkeep().await.unwrap();
    let sql = "insert into org_designation (org_id, designation) values ($1, 'backup_hospital')";
    tx.query(sql).bind(area.hospital).execute().await.unwrap();
    tx.commit().await.unwrap();
    let doctor = KINDS.iter().position(|kind| *kind == "doctor").unwrap();
    let hospital = area.hospital.to_string();
    let form = [
        ("patient_name", "x"),
        ("patient_kana", "x"),
        ("born_on", "1939-03-05"),
        ("sex", "female"),
        ("explained_on", "2026-11-20"),
        ("explained_by", "x"),
        ("consented_by", "x"),
        ("hospital", &*hospital),
    ];
    users[doctor].0.post("/registrations/new", &form).await.is(303).id()
}

/// The link by which the exchange about a patient who was registered today is answered.
fn exchange(world: &World, registration: RegistrationId) -> String {
    let due = due_on(day_of(world.now()), None);
    world.app.secret.exchange_link(registration, day_number(due))
}

/// The doctor's request to the hospital, and the hospital's link to it.
async fn request(area: &Area, users: &[(Person, Program)]) -> (BedRequestId, String) {
    let doctor = KINDS.iter().position(|kind| *kind == "doctor").unwrap();
    let body = json!({
        "need": { "sex": "female", "home": "own", "purpose": "change", "urgency": "today", "note": "発熱" },
        "hospitals": [area.hospital],
    });
    let id: BedRequestId = users[doctor].1.post("/api/v1/bed-requests", &body).await.is(201).id();
    let sql = "select id from bed_request_ask where request_id = $1";
    let (ask,) = area.world.app.look().await.unwrap().query(sql).bind(id).one().await.unwrap();
    (id, area.world.app.secret.ask_link(ask))
}

/// The pharmacy's message of the admission, as if it went by FAX.
async fn fax(area: &Area) -> NoticeId {
    let mut tx = area.world.app.bookkeep().await.unwrap();
    let sql =
        "update notice set channel = 'fax_print', state = 'to_do' where org_id = $1 and kind = 'admitted' returning id";
    let (id,) = tx.query(sql).bind(area.pharmacy).one().await.unwrap();
    tx.commit().await.unwrap();
    id
}

async fn token(world: &World, account: AccountId) -> TokenId {
    let sql = "select id from api_token where account_id = $1";
    let (id,) = world.app.look().await.unwrap().query(sql).bind(account).one().await.unwrap();
    id
}

/// The spare person's: whoever else is in the table makes and ends one of their own.
async fn calendar(world: &World) -> String {
    let spare = world.sign_in("spare").await;
    let actor = sign_in::recognise(&world.app, &spare.token).await.unwrap().actor;
    feeds::make(&world.app, &actor).await.unwrap()
}

/// A screen of the hospital, and the token of its address.
async fn screen(world: &World, admin: &Person) -> (ScreenId, String) {
    let actor = sign_in::recognise(&world.app, &admin.token).await.unwrap().actor;
    let token = screens::make(&world.app, &actor, "3階").await.unwrap();
    (screens::list(&world.app, &actor).await.unwrap()[0].id, token)
}

async fn asset(world: &World) -> String {
    let page = world.stranger().get("/sign-in").await.body;
    page.split("href=\"/assets/").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

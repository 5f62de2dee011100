//! Who may do what. A permission is asked for by name; the answer is a proof that the store wants to see.
//!
//! [`Scope`] opens what belongs to the actor's organisation, [`Network`] what every member may see (board, directory),
//! [`Reporter`] the bed reports of one organisation, [`Steward`] one entry of the directory, [`Guest`] one invitation. Only
//! this file can make the first four.

use super::org::OrgKind;
use super::person::StaffRole;
use crate::error::Error;
use crate::id::{AccountId, AskId, InvitationId, OrgId, RegistrationId, ScreenId};

/// Something that somebody may be allowed to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Permission {
    /// Report the beds of the own organisation's wards.
    ReportBeds,
    /// Report for another organisation that reports by telephone or FAX (代理入力).
    ReportForOthers,
    /// Read the cases that the own hospital opened.
    ReadCases,
    /// Open and work the cases of the own hospital, its conferences included.
    ManageCases,
    /// See where a prior doctor's silence has been escalated to the superior of the own hospital's nurses.
    Oversee,
    /// Read the figures of the own hospital: counts, and no case.
    ReadNumbers,
    /// Read the cases of others to which the own organisation is a party.
    ReadSharedCases,
    /// Answer the invitations of the own organisation.
    AnswerInvitations,
    /// Look through mail that came in and belongs to no hospital.
    SortMail,
    /// Change the own organisation's contact data, hours and wards.
    ManageOrg,
    /// Confirm the FAX numbers that sheets may go to.
    ConfirmFax,
    /// Register organisations and change the contact data of any.
    ManageDirectory,
    /// Add, disable and reset the accounts of the whole network.
    ManageStaff,
    /// Write the programmes of back-up beds: rules, hospitals, rota.
    ManageProgrammes,
    /// Ask hospitals for a bed, for a patient of the own organisation.
    AskForBeds,
    /// Register patients of the own clinic with a hospital (入院希望登録).
    RegisterPatients,
    /// Answer such requests for the own hospital.
    AnswerRequests,
    /// Read the audit and access logs.
    ReadAudit,
    /// Change the region's rules and its table of holidays.
    ManageRegion,
}

/// Where a change came from.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Via {
    /// A page, signed in.
    Web,
    /// The programming interface.
    Api,
    /// An answer link, without signing in.
    Link,
    /// The command line.
    Cli,
    /// The program by itself.
    Job,
}

impl Via {
    /// The code as it is stored.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Api => "api",
            Self::Link => "link",
            Self::Cli => "cli",
            Self::Job => "job",
        }
    }
}

/// A key that a form or a program sends so that the same request, sent twice, acts once.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RequestKey {
    /// What the sender chose.
    pub key: String,
    /// A digest of what was asked: the same key with other content is refused.
    pub fingerprint: String,
}

/// Somebody signed in, working for one organisation.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The account.
    pub account: AccountId,
    /// Real name, as it is written into records.
    pub name: String,
    /// The organisation that the actor works for in this session.
    pub org: OrgId,
    /// Its name.
    pub org_name: String,
    /// Its kind.
    pub org_kind: OrgKind,
    /// The actor's roles there.
    pub roles: Vec<StaffRole>,
    /// By page or by program.
    pub via: Via,
    /// The key of this request, where it has one.
    pub request: Option<RequestKey>,
}

/// Proof of a permission over what belongs to one organisation.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    org: OrgId,
    account: AccountId,
}

/// Proof that somebody belongs to the network: the board and the directory, never a case.
#[derive(Clone, Copy, Debug)]
pub struct Network(());

/// Proof that somebody may report the beds of one organisation: their own, or any for those who enter for others. It opens
/// nothing else of that organisation.
#[derive(Clone, Copy, Debug)]
pub struct Reporter {
    org: OrgId,
    by: OrgId,
    account: Option<AccountId>,
}

/// Proof that somebody may bring files of bed reports for the wards for which they may report.
#[derive(Clone, Copy, Debug)]
pub struct Filer {
    org: OrgId,
}

/// Proof of the right to change what the directory says of one organisation. It opens nothing else of it.
#[derive(Clone, Copy, Debug)]
pub struct Steward(OrgId);

/// Proof of the right to say what an organisation wants to be told: of who may change its entry, or holds the link at the
/// end of a mail to it.
#[derive(Clone, Copy, Debug)]
pub struct Recipient {
    /// The organisation.
    pub org: OrgId,
}

impl From<Steward> for Recipient {
    fn from(steward: Steward) -> Self {
        Self { org: steward.org() }
    }
}

/// Proof that this is a wall screen of an organisation: it shows the board and nothing else.
#[derive(Clone, Copy, Debug)]
pub struct Screen {
    /// The screen.
    pub id: ScreenId,
    /// Where it hangs.
    pub org: OrgId,
}

impl Screen {
    /// The proof of belonging to the network.
    #[must_use]
    pub const fn network(self) -> Network {
        Network(())
    }
}

/// Proof that somebody holds the link of one invitation.
#[derive(Clone, Copy, Debug)]
pub struct Guest {
    /// The one invitation it opens.
    pub invitation: InvitationId,
    /// The organisation that was invited.
    pub org: OrgId,
}

impl Network {
    /// The program itself, which looks after every member.
    #[must_use]
    pub const fn of_the_program() -> Self {
        Self(())
    }
}

/// Proof that somebody holds the link by which one hospital answers one request.
#[derive(Clone, Copy, Debug)]
pub struct AskGuest {
    /// The one question that it opens.
    pub ask: AskId,
    /// The hospital that was asked.
    pub org: OrgId,
}

impl AskGuest {
    /// The proof of belonging to the network: a hospital that answers sees its own wards as the board has them.
    #[must_use]
    pub const fn network(self) -> Network {
        Network(())
    }
}

/// Proof that somebody holds the link by which a clinic answers the three questions about one registration.
#[derive(Clone, Copy, Debug)]
pub struct ExchangeGuest {
    /// The one registration that it opens.
    pub registration: RegistrationId,
    /// The clinic.
    pub org: OrgId,
}

impl Scope {
    /// The organisation whose rows may be touched.
    #[must_use]
    pub const fn org(self) -> OrgId {
        self.org
    }

    /// Who acts.
    #[must_use]
    pub const fn account(self) -> AccountId {
        self.account
    }
}

impl Reporter {
    /// An organisation that reports by itself, without anybody signed in: by the link in the mail that asked it, or by what lies
    /// in its own folder.
    #[must_use]
    pub const fn itself(org: OrgId) -> Self {
        Self { org, by: org, account: None }
    }

    /// The proof of belonging to the network: who reports may see what stands on the board.
    #[must_use]
    pub const fn network(self) -> Network {
        Network(())
    }

    /// The organisation whose wards are reported.
    #[must_use]
    pub const fn org(self) -> OrgId {
        self.org
    }

    /// The organisation that reports.
    #[must_use]
    pub const fn by(self) -> OrgId {
        self.by
    }

    /// Who reports; none where the organisation reports by itself.
    #[must_use]
    pub const fn account(self) -> Option<AccountId> {
        self.account
    }

    /// Whether one organisation enters for another (代理入力).
    #[must_use]
    pub fn is_proxy(self) -> bool {
        self.org != self.by
    }
}

impl Filer {
    /// An organisation whose files lie in its own folder.
    #[must_use]
    pub const fn itself(org: OrgId) -> Self {
        Self { org }
    }

    /// The organisation that brings them.
    #[must_use]
    pub const fn org(self) -> OrgId {
        self.org
    }
}

impl Steward {
    /// The organisation whose entry may be changed.
    #[must_use]
    pub const fn org(self) -> OrgId {
        self.0
    }
}

impl Actor {
    /// Whether the actor has a permission.
    #[must_use]
    pub fn may(&self, permission: Permission) -> bool {
        self.roles.iter().any(|&role| allows(role, self.org_kind, permission))
    }

    /// The proof of a permission.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where no role of the actor has it.
    pub fn scope(&self, permission: Permission) -> Result<Scope, Error> {
        if self.may(permission) { Ok(Scope { org: self.org, account: self.account }) } else { Err(Error::Forbidden) }
    }

    /// The proof of the right to report the beds of `org`.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where it is the actor's own and no role may; [`Error::NotFound`] where it is another's.
    pub fn reporter(&self, org: OrgId) -> Result<Reporter, Error> {
        let (permission, refusal) = if org == self.org {
            (Permission::ReportBeds, Error::Forbidden)
        } else {
            (Permission::ReportForOthers, Error::NotFound)
        };
        if self.may(permission) {
            Ok(Reporter { org, by: self.org, account: Some(self.account) })
        } else {
            Err(refusal)
        }
    }

    /// The proof of the right to bring files of bed reports.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where no role of the actor may report beds, own or others'.
    pub fn filer(&self) -> Result<Filer, Error> {
        let may = self.may(Permission::ReportBeds) || self.may(Permission::ReportForOthers);
        if may { Ok(Filer { org: self.org }) } else { Err(Error::Forbidden) }
    }

    /// The proof of the right to change an organisation's entry: the own one's, or any in the directory.
    ///
    /// # Errors
    /// [`Error::Forbidden`] where the actor may change no entry, [`Error::NotFound`] where this one isn't theirs.
    pub fn steward(&self, org: OrgId) -> Result<Steward, Error> {
        if self.may(Permission::ManageDirectory) || (self.org == org && self.may(Permission::ManageOrg)) {
            Ok(Steward(org))
        } else if self.may(Permission::ManageOrg) {
            Err(Error::NotFound)
        } else {
            Err(Error::Forbidden)
        }
    }

    /// The proof of belonging to the network, which everybody signed in has.
    #[must_use]
    pub const fn network(&self) -> Network {
        Network(())
    }
}

/// The role matrix: who may do what, and in which kind of organisation (guideline 運用編 14④).
#[must_use]
pub const fn allows(role: StaffRole, kind: OrgKind, permission: Permission) -> bool {
    use Permission as P;
    use StaffRole as R;
    match permission {
        P::ReportBeds => kind.has_beds() && matches!(role, R::BedReporter | R::DischargeNurse | R::WardNurse | R::Msw),
        P::AskForBeds => matches!(role, R::HomeVisitDoctor | R::VisitingNurse | R::CareManager | R::Coordinator),
        P::RegisterPatients => matches!(role, R::HomeVisitDoctor),
        P::AnswerRequests => matches!(role, R::AttendingDoctor) && kind.has_beds() || allows(role, kind, P::ReportBeds),
        P::ReportForOthers => matches!(role, R::Coordinator),
        P::ReadCases => {
            kind.discharges() && matches!(role, R::DischargeNurse | R::Msw | R::WardNurse | R::AttendingDoctor)
        }
        P::ManageCases => kind.discharges() && matches!(role, R::DischargeNurse | R::Msw),
        P::ConfirmFax => allows(role, kind, P::ManageCases) || matches!(role, R::Coordinator),
        P::Oversee | P::ReadNumbers => kind.discharges() && matches!(role, R::OrgAdmin | R::DischargeNurse | R::Msw),
        P::ReadSharedCases | P::AnswerInvitations => {
            matches!(
                role,
                R::HomeVisitDoctor
                    | R::Dentist
                    | R::Pharmacist
                    | R::CareManager
                    | R::VisitingNurse
                    | R::DischargeNurse
                    | R::Msw
            )
        }
        P::ManageOrg => matches!(role, R::OrgAdmin | R::Coordinator),
        P::ManageDirectory | P::SortMail | P::ManageProgrammes => matches!(role, R::Coordinator | R::SystemAdmin),
        P::ManageStaff | P::ManageRegion => matches!(role, R::SystemAdmin),
        P::ReadAudit => matches!(role, R::SystemAdmin | R::Auditor),
    }
}

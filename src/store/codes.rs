//! Closed lists are stored as their codes, in text columns with a check.

use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};

use crate::domain::bed::{Acceptance, ClosedReason, EntryKind, SexLimit, WardKind};
use crate::domain::case::{
    CareLevel, CaseStatus, ContactOutcome, Difficulty, DoctorChangeReason, DoctorWaiver, LinkSource, PartyRole,
    PatientSex, Place, Standing,
};
use crate::domain::conference::{AnswerKind, AnswerSource, ConferenceState, Mode};
use crate::domain::mail_in::{MailFate, MailKind, WhyFiled};
use crate::domain::minutes::Attendance;
use crate::domain::notice::{NoticeKind, NoticeState, Outcome, Why};
use crate::domain::open_data::Source;
use crate::domain::org::{Channel, Designation, OrgKind};
use crate::domain::person::{Licence, StaffRole};
use crate::domain::poll::Vote;
use crate::domain::programme::Asker;
use crate::domain::registration::{EndReason, ExchangeVia};
use crate::domain::request::{AskState, Ending, RefusalReason, Reply, RequestState};

macro_rules! stored {
    ($($name:ty),+ $(,)?) => {$(
        impl<DB: Database> Type<DB> for $name where String: Type<DB> {
            fn type_info() -> DB::TypeInfo {
                <String as Type<DB>>::type_info()
            }
            fn compatible(info: &DB::TypeInfo) -> bool {
                <String as Type<DB>>::compatible(info)
            }
        }

        impl<'q, DB: Database> Encode<'q, DB> for $name where String: Encode<'q, DB> {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                self.code().to_owned().encode(buffer)
            }
        }

        impl<'r, DB: Database> Decode<'r, DB> for $name where String: Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                Ok(String::decode(value)?.parse()?)
            }
        }
    )+};
}

stored! {
    Acceptance, AnswerKind, AnswerSource, AskState, Asker, Attendance, CareLevel, CaseStatus, Channel, ClosedReason, ConferenceState, ContactOutcome,
    Designation, Difficulty, DoctorChangeReason, DoctorWaiver, EndReason, Ending, EntryKind, ExchangeVia, Licence, LinkSource, MailFate, MailKind, Mode, NoticeKind, NoticeState,
    OrgKind, Outcome, PartyRole, PatientSex, Place, RefusalReason, Reply, RequestState, SexLimit, Source, StaffRole, Standing, Vote, WardKind, Why, WhyFiled,
}

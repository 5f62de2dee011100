//! One id type per thing, so that a ward can't be passed where a case is meant.
//!
//! Ids are version 7 UUIDs: they sort by time of birth, which keeps indexes compact, and can't be guessed or counted.

use uuid::Uuid;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, serde::Serialize, serde::Deserialize,
                 sqlx::Type, utoipa::ToSchema)]
        #[serde(transparent)]
        #[sqlx(transparent, no_pg_array)]
        pub struct $name(Uuid);

        impl $name {
            /// A new id that nothing else has.
            #[must_use]
            pub fn fresh() -> Self {
                Self(fresh())
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }

        impl std::str::FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids! {
    /// An organisation (機関).
    OrgId
    /// A person's account.
    AccountId
    /// A token for programs.
    TokenId
    /// A ward (病棟).
    WardId
    /// A programme of back-up beds (後方支援病床の事業).
    ProgrammeId
    /// A turn in the rota of a programme.
    DutyId
    /// One bed report (空床報告).
    ReportId
    /// A discharge case (退院調整ケース).
    CaseId
    /// One link of a case to a member of the prior team (入院前のチーム).
    LinkId
    /// A change of doctor (主治医変更).
    DoctorChangeId
    /// One logged contact (連絡記録).
    ContactId
    /// A conference (退院前カンファレンス).
    ConferenceId
    /// An invitation of one party to one conference (招待).
    InvitationId
    /// One answer to an invitation (回答).
    AnswerId
    /// One slot of a poll (候補日).
    SlotId
    /// Votes of one party for the slots of a poll.
    BallotId
    /// One version of the minutes of a conference (議事録).
    MinutesId
    /// A version as it was shared with one party.
    CopyId
    /// A decision (決定事項).
    DecisionId
    /// A planned message (通知).
    NoticeId
    /// A mail that came in (届いたメール).
    MailId
    /// A private calendar address (カレンダー連携).
    FeedId
    /// A wall screen (壁掛け画面).
    ScreenId
    /// The right of one worker to send one notice, for a while.
    LeaseId
    /// A line of history of some kind: audit, access, delivery, move.
    LineId
}

#[expect(clippy::disallowed_methods, reason = "this is the one place where ids are made")]
fn fresh() -> Uuid {
    Uuid::now_v7()
}

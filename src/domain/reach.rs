//! By which way an organisation is reached, and for what it is worth a call.

use super::ladder::ReminderKind;
use super::org::Channel;

/// How an organisation is reached: in the way it prefers where that is possible, else by mail, else by telephone. What
/// goes by any other way than mail is work for the nurse, so nobody is ever left out for want of an address.
#[must_use]
pub const fn reach(preferred: Channel, has_mail: bool, has_fax: bool) -> Channel {
    match preferred {
        Channel::Phone | Channel::Visit => preferred,
        Channel::FaxPrint if has_fax => preferred,
        Channel::Mail | Channel::App | Channel::FaxPrint if has_mail => Channel::Mail,
        Channel::Mail | Channel::App | Channel::FaxPrint => Channel::Phone,
    }
}

/// The way that is tried after one that failed: mail, then a FAX to a number that was verified, then a call.
#[must_use]
pub const fn fallback(failed: Channel, has_fax: bool) -> Channel {
    match failed {
        Channel::Mail | Channel::App if has_fax => Channel::FaxPrint,
        Channel::Mail | Channel::App | Channel::FaxPrint | Channel::Phone => Channel::Phone,
        Channel::Visit => Channel::Visit,
    }
}

/// Whether a message by this way is a person's task from the beginning. `dials` says that a gateway sends FAX sheets by itself.
#[must_use]
pub const fn is_by_person(channel: Channel, dials: bool) -> bool {
    match channel {
        Channel::Phone | Channel::Visit => true,
        Channel::FaxPrint => !dials,
        Channel::Mail | Channel::App => false,
    }
}

/// What somebody does who passes a message on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum ByHand {
    /// Sends a FAX.
    Fax,
    /// Has the FAX number verified first: a sheet at a wrong number tells a stranger.
    CheckNumber,
    /// Calls.
    Call,
    /// Goes there.
    Visit,
}

/// What somebody does who passes a message on by this way. No FAX goes to a number that wasn't verified, and what can't wait
/// for that is said on the telephone.
#[must_use]
pub const fn by_hand(channel: Channel, has_fax: bool, is_urgent: bool) -> ByHand {
    match channel {
        Channel::FaxPrint if has_fax => ByHand::Fax,
        Channel::FaxPrint if !is_urgent => ByHand::CheckNumber,
        Channel::Visit => ByHand::Visit,
        Channel::FaxPrint | Channel::Phone | Channel::Mail | Channel::App => ByHand::Call,
    }
}

/// Whether a step of the ladder is worth it by this way. A mail costs nobody anything; a call costs two people a minute, so
/// by hand one is told, asked again once, and told the place on the day before. Who doesn't confirm the minutes stands on the
/// nurse's list anyway.
#[must_use]
pub const fn is_worth(kind: ReminderKind, channel: Channel) -> bool {
    matches!(channel, Channel::Mail)
        || !matches!(kind, ReminderKind::D7 | ReminderKind::SameDay | ReminderKind::Receipt3d)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everybody_is_reached_by_some_way() {
        use Channel::{App, FaxPrint, Mail, Phone, Visit};
        for (preferred, has_mail, has_fax, expected) in [
            (Mail, true, true, Mail),
            (Mail, false, true, Phone),
            (App, true, false, Mail),
            (App, false, false, Phone),
            (FaxPrint, true, true, FaxPrint),
            (FaxPrint, true, false, Mail),
            (FaxPrint, false, false, Phone),
            (Phone, true, true, Phone),
            (Visit, true, true, Visit),
        ] {
            assert_eq!(reach(preferred, has_mail, has_fax), expected, "{preferred:?} {has_mail} {has_fax}");
        }
    }

    #[test]
    fn what_no_machine_delivers_waits_for_none() {
        use Channel::{App, FaxPrint, Mail, Phone, Visit};
        for (channel, dials, expected) in [
            (Phone, true, true),
            (Visit, true, true),
            (FaxPrint, false, true),
            (FaxPrint, true, false),
            (Mail, false, false),
            (App, false, false),
        ] {
            assert_eq!(is_by_person(channel, dials), expected, "{channel:?} {dials}");
        }
    }

    #[test]
    fn after_the_last_machine_comes_a_person() {
        use Channel::{App, FaxPrint, Mail, Phone, Visit};
        for (failed, has_fax, expected) in [
            (Mail, true, FaxPrint),
            (Mail, false, Phone),
            (App, false, Phone),
            (FaxPrint, true, Phone),
            (Phone, true, Phone),
            (Visit, true, Visit),
        ] {
            assert_eq!(fallback(failed, has_fax), expected, "{failed:?} {has_fax}");
        }
    }

    #[test]
    fn no_fax_goes_to_a_number_that_nobody_vouches_for() {
        use Channel::{FaxPrint, Mail, Phone, Visit};
        for (channel, has_fax, is_urgent, expected) in [
            (FaxPrint, true, false, ByHand::Fax),
            (FaxPrint, true, true, ByHand::Fax),
            (FaxPrint, false, false, ByHand::CheckNumber),
            (FaxPrint, false, true, ByHand::Call),
            (Phone, true, false, ByHand::Call),
            (Mail, true, false, ByHand::Call),
            (Visit, true, true, ByHand::Visit),
        ] {
            assert_eq!(by_hand(channel, has_fax, is_urgent), expected, "{channel:?} {has_fax} {is_urgent}");
        }
    }

    #[test]
    fn a_call_is_made_for_what_matters() {
        use ReminderKind::{Cancelled, D1, D3, D7, Invite, Moved, Receipt3d, SameDay};
        for (kind, by_hand) in [
            (Invite, true),
            (Moved, true),
            (Cancelled, true),
            (D7, false),
            (D3, true),
            (D1, true),
            (SameDay, false),
            (Receipt3d, false),
        ] {
            assert!(is_worth(kind, Channel::Mail), "{kind:?}");
            assert_eq!(is_worth(kind, Channel::Phone), by_hand, "{kind:?}");
        }
    }
}

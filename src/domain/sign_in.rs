//! The steps of signing in, what a password must be, and how failures slow the next try down.

use chrono::{DateTime, TimeDelta, Utc};
use unicode_normalization::UnicodeNormalization;

use super::code::codes;
use super::fault::{Fault, Faults};
use super::name::search_key;

codes! {
    /// What still has to happen before a session opens anything. The second factor has its place here; accounts without
    /// one skip it.
    Step {
        ChangePassword = "change_password", "パスワードの変更";
        SecondFactor = "second_factor", "二要素認証";
        Open = "open", "完了";
    }
}

/// What an account still has to do, as far as its password has been checked.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Duties {
    /// The password was set by somebody else.
    pub must_change_password: bool,
    /// The account has a second factor that hasn't been shown in this session.
    pub second_factor_open: bool,
}

/// The next step of a sign-in: the second factor first, so that nobody changes a password with half an identity.
#[must_use]
pub const fn next_step(duties: Duties) -> Step {
    if duties.second_factor_open {
        Step::SecondFactor
    } else if duties.must_change_password {
        Step::ChangePassword
    } else {
        Step::Open
    }
}

/// The least length without a second factor (guideline 7.0, 運用編 14.1.1, as quoted in 6.0 Q&A シQ-54).
pub const PASSWORD_MIN: usize = 13;
/// The greatest length; longer ones only cost time.
pub const PASSWORD_MAX: usize = 128;
/// So many failures are free; the next ones wait.
pub const FREE_FAILURES: i32 = 5;
/// A session ends after so many minutes without use.
pub const IDLE_MINUTES: i64 = 15;
/// A session ends after so many hours whatever happens.
pub const ABSOLUTE_HOURS: i64 = 12;

/// How long no try counts after `failures` failures: doubling from one minute, at most fifteen, so that a stranger can slow
/// somebody down but never lock them out for good.
#[must_use]
pub fn lock_for(failures: i32) -> Option<TimeDelta> {
    let over = failures - FREE_FAILURES;
    (over >= 0).then(|| TimeDelta::minutes((1_i64 << over.min(4)).min(15)))
}

/// Whether a text can be a sign-in id: 3 to 64 letters or digits and a few marks, none of them full-width, which looks the
/// same and isn't.
#[must_use]
pub fn is_login(text: &str) -> bool {
    let sound = |sign: char| sign.is_alphanumeric() || "._-@".contains(sign);
    (3..=64).contains(&text.chars().count()) && text.chars().all(sound) && text.nfkc().eq(text.chars())
}

/// Checks a new password. No forced rotation and no character classes: length, not the own name or id, not a row of one sign.
///
/// # Errors
/// The fault, at `new_password`.
pub fn check_password(password: &str, login: &str, name: &str) -> Result<(), Faults> {
    let mut faults = Faults::default();
    let length = password.chars().count();
    let flat = search_key(password);
    let holds = |part: &str| part.chars().count() >= 3 && flat.contains(&search_key(part));
    let distinct = flat.chars().collect::<std::collections::BTreeSet<_>>().len();
    let weak = length < PASSWORD_MIN || holds(login) || holds(name) || distinct < 5;
    faults.check(!weak, "new_password", Fault::WeakPassword { min: PASSWORD_MIN });
    faults.check(length <= PASSWORD_MAX, "new_password", Fault::TooLong { max: PASSWORD_MAX });
    faults.settle()
}

/// Whether a session is over at `now`.
#[must_use]
pub fn is_over(seen_at: DateTime<Utc>, expires_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    now >= expires_at || now - seen_at >= TimeDelta::minutes(IDLE_MINUTES)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_slow_the_next_try_down_but_never_lock_out() {
        let cases = [(0, None), (4, None), (5, Some(1)), (6, Some(2)), (8, Some(8)), (9, Some(15)), (500, Some(15))];
        for (failures, minutes) in cases {
            assert_eq!(lock_for(failures).map(|d| d.num_minutes()), minutes, "{failures}");
        }
    }

    #[test]
    fn a_password_is_long_and_not_ones_own_name() {
        let cases = [
            ("himawari-no-saku-oka", true),
            ("ひまわりのさくおかのうえのいえ", true),
            ("short-one-12", false),
            ("aaaaaaaaaaaaaaaaaaaa", false),
            ("nurse.satou-2026-aki", false),
            ("佐藤美咲の長い長い合言葉です", false),
        ];
        for (password, good) in cases {
            assert_eq!(check_password(password, "nurse.satou", "佐藤美咲").is_ok(), good, "{password}");
        }
        assert!(check_password(&"abcdef".repeat(30), "x", "y").is_err());
    }

    #[test]
    fn a_sign_in_id_can_be_typed_again() {
        for (text, is) in [
            ("yamada.h-2@ns", true),
            ("みなと", true),
            ("ab", false),
            ("ｙａｍａｄａ", false),
            ("yama da", false),
            ("yamada!", false),
            ("", false),
        ] {
            assert_eq!(is_login(text), is, "{text}");
        }
        assert!(!is_login(&"a".repeat(65)));
    }

    #[test]
    fn a_session_ends_when_unused_and_at_last() {
        let start = DateTime::UNIX_EPOCH + TimeDelta::days(20_000);
        let end = start + TimeDelta::hours(ABSOLUTE_HOURS);
        let cases = [(0, 14, false), (0, 15, true), (719, 719, false), (719, 720, true)];
        for (seen, now, over) in cases {
            let at = |minutes| start + TimeDelta::minutes(minutes);
            assert_eq!(is_over(at(seen), end, at(now)), over, "{seen} {now}");
        }
    }
}

//! What a hospital's own system says of a ward: what it counts, and as much of the rest as it knows.

use serde::Deserialize;
use utoipa::ToSchema;

use super::hours::TakesIn;
use super::{Acceptance, ClosedReason, Counts, SexLimit};

/// What a system says of a ward. What it leaves out stays as the ward said it last, as far as that still fits.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// 使用中: a patient is in the bed now.
    occupied: i32,
    /// 予約済: vacant, promised to a named case.
    reserved: i32,
    /// 受入可の空床: vacant, staffed, open to new admissions.
    accepting: i32,
    /// 休止・不可: vacant but not usable.
    closed: i32,
    /// Why beds are closed; required where some are.
    closed_reason: Option<ClosedReason>,
    /// 後方支援枠: part of `accepting` kept for the programme; left out, as before.
    backup_accepting: Option<i32>,
    /// 本日退院予定: outside the sum; left out, as before.
    discharging_today: Option<i32>,
    /// 明日見込: outside the sum; left out, as before.
    expected_24h: Option<i32>,
    /// 3日以内の見込, tomorrow's included; left out, as before. Outside the sum.
    expected_72h: Option<i32>,
    /// 受入可 / 要相談 / 受入不可.
    acceptance: Acceptance,
    /// 受入時間帯; left out, as before.
    accept_hours: Option<TakesIn>,
    /// For whom the accepting beds are.
    sex_limit: SexLimit,
    /// A remark for those who look at the board, never about a patient; left out, as before.
    note: Option<String>,
}

impl Told {
    /// The whole report; `last` is what the ward said last, carried to today ([`Counts::carried`]). What was left out never makes a
    /// fault: it gives way to what was said.
    #[must_use]
    pub fn counts(self, last: Option<&Counts>) -> Counts {
        let before = |number: fn(&Counts) -> i32| last.map_or(0, number);
        let expected_24h = self.expected_24h.unwrap_or_else(|| match self.expected_72h {
            Some(later) if later > 0 => before(|last| last.expected_24h).min(later),
            _ => before(|last| last.expected_24h),
        });
        let expected_72h = self.expected_72h.unwrap_or_else(|| match before(|last| last.expected_72h) {
            0 => 0,
            later => later.max(expected_24h),
        });
        let backup_accepting = self.backup_accepting;
        let discharging_today = self.discharging_today;
        Counts {
            backup_accepting: backup_accepting
                .unwrap_or_else(|| before(|last| last.backup_accepting).min(self.accepting)),
            discharging_today: discharging_today
                .unwrap_or_else(|| before(|last| last.discharging_today).min(self.occupied)),
            occupied: self.occupied,
            reserved: self.reserved,
            accepting: self.accepting,
            closed: self.closed,
            closed_reason: self.closed_reason,
            expected_24h,
            expected_72h,
            acceptance: self.acceptance,
            accept_hours: self
                .accept_hours
                .unwrap_or_else(|| last.map(|last| last.accept_hours.clone()).unwrap_or_default()),
            sex_limit: self.sex_limit,
            note: self.note.unwrap_or_else(|| last.map(|last| last.note.clone()).unwrap_or_default()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 後方支援枠, 本日退院予定, 明日見込, 3日以内の見込 as they are told, of 36 patients and so many open beds.
    fn told(accepting: i32, forecast: [Option<i32>; 4], note: Option<&str>) -> Told {
        let [backup_accepting, discharging_today, expected_24h, expected_72h] = forecast;
        Told {
            occupied: 36,
            reserved: 1,
            accepting,
            closed: 0,
            closed_reason: None,
            backup_accepting,
            discharging_today,
            expected_24h,
            expected_72h,
            acceptance: Acceptance::Accepting,
            accept_hours: None,
            sex_limit: SexLimit::Either,
            note: note.map(str::to_owned),
        }
    }

    #[test]
    fn what_is_left_out_stays_as_far_as_it_fits() {
        let whole = |forecast: [i32; 4]| told(3, forecast.map(Some), Some("夜間可")).counts(None);
        let none = [None; 4];
        for (last, accepting, forecast, expected) in [
            (None, 3, none, [0, 0, 0, 0]),
            (Some([2, 3, 1, 4]), 3, none, [2, 3, 1, 4]),
            (Some([2, 3, 1, 4]), 1, none, [1, 3, 1, 4]),
            (Some([2, 40, 1, 4]), 3, none, [2, 36, 1, 4]),
            (Some([2, 3, 1, 4]), 3, [Some(0), Some(0), Some(0), Some(0)], [0, 0, 0, 0]),
            (Some([2, 3, 1, 4]), 3, [None, None, Some(6), None], [2, 3, 6, 6]),
            (Some([2, 3, 1, 0]), 3, [None, None, Some(6), None], [2, 3, 6, 0]),
            (Some([2, 3, 5, 6]), 3, [None, None, None, Some(4)], [2, 3, 4, 4]),
            (Some([2, 3, 5, 6]), 3, [None, None, None, Some(0)], [2, 3, 5, 0]),
        ] {
            let last = last.map(whole);
            let found = told(accepting, forecast, None).counts(last.as_ref());
            let numbers = [found.backup_accepting, found.discharging_today, found.expected_24h, found.expected_72h];
            assert_eq!(numbers, expected, "{last:?} {accepting} {forecast:?}");
            assert_eq!(found.note, last.map_or(String::new(), |last| last.note));
            assert_eq!(found.check(37 + accepting), Ok(()), "what is left out is never a fault");
        }
        assert_eq!(
            told(3, none, Some("")).counts(Some(&whole([2, 3, 1, 4]))).note,
            "",
            "an empty remark ends the last one"
        );
    }
}

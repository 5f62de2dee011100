//! Pharmacies of 医療情報ネット (ナビイ), in full or as the short list of Tokyo's (ID, 名称, 所在地).
//!
//! The columns have other names than those of hospitals; under 営業日 and 閉店 alike, 1 is open.

use super::fault::{Oddity, Reason};
use super::record::Place;
use super::table::Row;
use super::{Format, Record, Source, cells};
use crate::domain::org::OrgKind;

pub(super) const REQUIRED: [&str; 3] = ["ID", "名称", "所在地"];

/// One row of a pharmacy file.
pub(super) fn record(row: &Row<'_>, format: Format, oddities: &mut Vec<Oddity>) -> Result<Record, Reason> {
    let source = if format == Format::TokyoPharmacies { Source::TokyoList } else { Source::Navii };
    let mut record = Record::new(OrgKind::Pharmacy, source, cells::key(row, "ID")?, cells::name(row, "名称")?);
    record.name_kana = row.owned("フリガナ").or_else(|| row.owned("名称(フリガナ)"));
    record.locate(Place::navii(row, oddities));
    (record.lat, record.lon) = cells::coordinates(row, ["所在地座標(緯度)", "所在地座標(経度)"], oddities).unzip();
    let web = cells::web(row, "薬局のホームページアドレス", oddities);
    (record.url, record.mail) = (web.url, web.mail);
    record.weekly_open = cells::open_week(row, "営業日");
    record.holidays_open = cells::open_flag(row, "営業日(祝)");
    record.closed_note = cells::note(row, "その他の閉店日(gw、お盆等)");
    Ok(record)
}

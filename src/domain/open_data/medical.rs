//! Hospitals, clinics and dental clinics of 医療情報ネット (ナビイ), and the list of Tokyo's hospitals with their departments.
//!
//! <https://www.mhlw.go.jp/stf/seisakunitsuite/bunya/kenkou_iryou/iryou/newpage_43373.html>. The files have no
//! telephone number. The ID is opaque and is not the 医療機関コード.

use super::fault::{Oddity, Reason};
use super::record::Place;
use super::table::Row;
use super::{Beds, Format, Record, Source, cells};
use crate::domain::org::OrgKind;

pub(super) const REQUIRED: [&str; 3] = ["ID", "正式名称", "所在地"];

/// One row of a facility file.
pub(super) fn record(row: &Row<'_>, format: Format, oddities: &mut Vec<Oddity>) -> Result<Record, Reason> {
    let beds = beds(row, oddities);
    let kind = kind(format, beds);
    let source = if format == Format::TokyoHospitals { Source::TokyoList } else { Source::Navii };
    let mut record = Record::new(kind, source, cells::key(row, "ID")?, cells::name(row, "正式名称")?);
    record.name_kana = row.owned("正式名称(フリガナ)");
    record.short_name = row.owned("略称");
    record.locate(Place::navii(row, oddities));
    (record.lat, record.lon) = cells::coordinates(row, ["所在地座標(緯度)", "所在地座標(経度)"], oddities).unzip();
    let web = cells::web(row, "案内用ホームページアドレス", oddities);
    (record.url, record.mail) = (web.url, web.mail);
    record.beds = beds;
    record.weekly_open = cells::open_week(row, "毎週決まった曜日に休診");
    record.holidays_open = cells::open_flag(row, "祝日に休診");
    record.closed_note = cells::note(row, "その他の休診日(gw、お盆等)");
    record.departments = departments(row);
    Ok(record)
}

fn kind(format: Format, beds: Beds) -> OrgKind {
    match format {
        Format::NaviiClinic if beds.total.is_some_and(|total| total > 0) => OrgKind::ClinicWithBeds,
        Format::NaviiClinic => OrgKind::Clinic,
        Format::NaviiDental => OrgKind::DentalClinic,
        _ => OrgKind::Hospital,
    }
}

fn beds(row: &Row<'_>, oddities: &mut Vec<Oddity>) -> Beds {
    let mut count = |column| cells::count(row, column, oddities);
    let (general, long_term) = (count("一般病床"), count("療養病床"));
    let (psychiatric, tuberculosis, infectious) = (count("精神病床"), count("結核病床"), count("感染症病床"));
    let parts = [general, long_term, psychiatric, tuberculosis, infectious];
    let sum = parts.into_iter().flatten().fold(0, u32::saturating_add);
    let total = count("合計病床数").or_else(|| parts.iter().any(Option::is_some).then_some(sum));
    Beds { total, general, long_term, psychiatric, tuberculosis, infectious }
}

fn departments(row: &Row<'_>) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for name in row.text("診療科目名").unwrap_or_default().split('|').map(str::trim) {
        if !name.is_empty() && !names.iter().any(|known| known == name) {
            names.push(name.to_owned());
        }
    }
    names
}

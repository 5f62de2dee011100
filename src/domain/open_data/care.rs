//! Care offices and facilities of 介護サービス情報公表システム, one file per service, in full or reduced.
//!
//! <https://www.mhlw.go.jp/stf/kaigo-kouhyou_opendata.html>. One office number may stand for several services, so the
//! service is part of what tells two records apart.

use super::fault::{Oddity, Reason};
use super::record::Place;
use super::table::Row;
use super::{Record, Source, area, cells, office_number};
use crate::domain::name::search_key;
use crate::domain::org::OrgKind;

pub(super) const REQUIRED: [&str; 4] = ["事業所番号", "事業所名", "サービスの種類", "住所"];

/// Beginning of サービスの種類, code of the service, kind. The first match counts.
const SERVICES: [(&str, &str, OrgKind); 22] = [
    ("訪問介護", "110", OrgKind::HomeHelpOffice),
    ("訪問入浴", "120", OrgKind::VisitingBath),
    ("訪問看護", "130", OrgKind::VisitingNurseStation),
    ("訪問リハビリ", "140", OrgKind::VisitingRehab),
    ("通所介護", "150", OrgKind::DayService),
    ("地域密着型通所介護", "780", OrgKind::DayService),
    ("認知症対応型通所介護", "720", OrgKind::DayService),
    ("通所リハビリ", "160", OrgKind::DayRehab),
    ("福祉用具貸与", "170", OrgKind::WelfareEquipmentProvider),
    ("短期入所生活介護", "210", OrgKind::ShortStay),
    ("短期入所療養介護", "220", OrgKind::ShortStay),
    ("認知症対応型共同生活介護", "320", OrgKind::GroupHome),
    ("特定施設入居者生活介護", "330", OrgKind::SpecifiedFacility),
    ("地域密着型特定施設", "360", OrgKind::SpecifiedFacility),
    ("居宅介護支援", "430", OrgKind::CareManagementOffice),
    ("介護予防支援", "460", OrgKind::CommunitySupportCenter),
    ("地域包括支援センター", "460", OrgKind::CommunitySupportCenter),
    ("介護老人福祉施設", "510", OrgKind::SpecialNursingHome),
    ("介護老人保健施設", "520", OrgKind::GeriatricHealthFacility),
    ("地域密着型介護老人福祉施設", "540", OrgKind::SpecialNursingHome),
    ("介護医療院", "550", OrgKind::IntegratedCareFacility),
    ("夜間対応型訪問介護", "710", OrgKind::HomeHelpOffice),
];

/// One row of a service's file.
pub(super) fn record(row: &Row<'_>, oddities: &mut Vec<Oddity>) -> Result<Record, Reason> {
    let key = cells::key(row, "事業所番号")?;
    let name = cells::name(row, "事業所名")?;
    let (service, kind) = service(row.text("サービスの種類").unwrap_or_default())?;
    let (number, is_sound) = office_number::restored(&key);
    if !is_sound {
        oddities.push(Oddity::OfficeNumber(key.clone()));
    }
    let mut record = Record::new(kind, Source::CareServices, key, name);
    record.service = Some(service.to_owned());
    record.office_number = Some(number);
    record.name_kana = row.owned("事業所名カナ");
    record.locate(place(row, oddities));
    (record.lat, record.lon) = cells::coordinates(row, ["緯度", "経度"], oddities).unzip();
    record.phone = cells::phone(row, "電話番号", oddities);
    record.fax = cells::phone(row, "FAX番号", oddities);
    let web = cells::web(row, "URL", oddities);
    (record.url, record.mail) = (web.url, web.mail);
    record.corporate_number = cells::corporate_number(row, "法人番号", oddities);
    record.capacity = cells::count(row, "定員", oddities).filter(|places| *places > 0);
    record.closed_note = cells::note(row, "利用可能曜日特記事項");
    Ok(record)
}

fn service(name: &str) -> Result<(&'static str, OrgKind), Reason> {
    let found = SERVICES.iter().find(|(start, _, _)| name.starts_with(start));
    found.map(|(_, code, kind)| (*code, *kind)).ok_or_else(|| Reason::UnknownService(cells::clipped(name)))
}

fn place(row: &Row<'_>, oddities: &mut Vec<Oddity>) -> Place {
    let prefecture_code = row.text("都道府県名").and_then(area::prefecture_code);
    let code = row.text("都道府県コード又は市町村コード");
    let municipality_code = code.and_then(|code| area::municipality_code(code, prefecture_code.as_deref()));
    if let (Some(code), None) = (code, &municipality_code) {
        oddities.push(Oddity::MunicipalityCode(cells::clipped(code)));
    }
    let municipality_name = row.owned("市区町村名");
    Place { prefecture_code, municipality_code, municipality_name, address: full_address(row) }
}

/// A fifth of the addresses begin without the prefecture, some of them without the city too; the building stands in a
/// column of its own.
fn full_address(row: &Row<'_>) -> Option<String> {
    let given = row.text("住所")?;
    let mut address = String::new();
    if area::prefecture_code(given).is_none() {
        let municipality = row.text("市区町村名").unwrap_or_default();
        let city = municipality.split_inclusive('市').next().unwrap_or_default();
        address.push_str(row.text("都道府県名").unwrap_or_default());
        if !search_key(given).contains(&search_key(city)) {
            address.push_str(municipality);
        }
    }
    address.push_str(given);
    if let Some(building) = row.text("方書(ビル名等)").filter(|building| !given.contains(building)) {
        address.push('　');
        address.push_str(building);
    }
    Some(address)
}

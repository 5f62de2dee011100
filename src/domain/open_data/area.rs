//! Prefectures and municipalities: their codes, and what an address says when a file has no code.
//!
//! What comes from an address is derived, good enough to group and filter by. It is no register of municipalities.

/// The prefectures in the order of their codes, 01 to 47 (JIS X 0401).
const PREFECTURES: [&str; 47] = [
    "北海道",
    "青森県",
    "岩手県",
    "宮城県",
    "秋田県",
    "山形県",
    "福島県",
    "茨城県",
    "栃木県",
    "群馬県",
    "埼玉県",
    "千葉県",
    "東京都",
    "神奈川県",
    "新潟県",
    "富山県",
    "石川県",
    "福井県",
    "山梨県",
    "長野県",
    "岐阜県",
    "静岡県",
    "愛知県",
    "三重県",
    "滋賀県",
    "京都府",
    "大阪府",
    "兵庫県",
    "奈良県",
    "和歌山県",
    "鳥取県",
    "島根県",
    "岡山県",
    "広島県",
    "山口県",
    "徳島県",
    "香川県",
    "愛媛県",
    "高知県",
    "福岡県",
    "佐賀県",
    "長崎県",
    "熊本県",
    "大分県",
    "宮崎県",
    "鹿児島県",
    "沖縄県",
];

/// Cities whose wards are municipalities of their own in the codes (政令指定都市). Elsewhere a 区 after a 市 is a
/// part of the town and not wanted.
const CITIES_WITH_WARDS: [&str; 20] = [
    "札幌市",
    "仙台市",
    "さいたま市",
    "千葉市",
    "横浜市",
    "川崎市",
    "相模原市",
    "新潟市",
    "静岡市",
    "浜松市",
    "名古屋市",
    "京都市",
    "大阪市",
    "堺市",
    "神戸市",
    "岡山市",
    "広島市",
    "北九州市",
    "福岡市",
    "熊本市",
];

/// Cities with the sign of a county in their name, after the first letter.
const CITIES_WITH_COUNTY_SIGN: [&str; 3] = ["小郡市", "蒲郡市", "大和郡山市"];

/// Cities that end at the second 市; in 船橋市市場 the second belongs to the town.
const CITIES_WITH_TWO_SIGNS: [&str; 3] = ["四日市市", "廿日市市", "野々市市"];

/// The 2-digit code of the prefecture that the text begins with.
#[must_use]
pub fn prefecture_code(address: &str) -> Option<String> {
    let at = PREFECTURES.iter().position(|name| address.starts_with(name))?;
    Some(format!("{:02}", at + 1))
}

/// The name of the prefecture with this 2-digit code.
#[must_use]
pub fn prefecture_name(code: &str) -> Option<&'static str> {
    PREFECTURES.get(code.parse::<usize>().ok()?.checked_sub(1)?).copied()
}

/// The municipality's 5-digit code out of the forms in use: 6 digits with the check digit, the same after a
/// spreadsheet took its leading zero (`11011` is 01101), or 5 digits without it. The prefecture, where known,
/// decides between them. A code of a whole prefecture (`…000`) is no municipality.
///
/// Check digit: <https://wiki.hgotoh.jp/documents/code/code-014>
#[must_use]
pub fn municipality_code(text: &str, prefecture: Option<&str>) -> Option<String> {
    if !text.bytes().all(|digit| digit.is_ascii_digit()) {
        return None;
    }
    let checked = |six: String| (six.len() == 6 && has_check_digit(&six)).then(|| six[..5].to_owned());
    let candidates = match text.len() {
        6 => [checked(text.to_owned()), None, None],
        5 => [checked(format!("0{text}")), Some(text.to_owned()), None],
        4 => [None, None, Some(format!("0{text}"))],
        _ => [None, None, None],
    };
    let mut codes = candidates.into_iter().flatten().filter(|code| prefecture_name(&code[..2]).is_some());
    codes
        .find(|code| prefecture.is_none_or(|prefecture| code.starts_with(prefecture)))
        .filter(|code| !code.ends_with("000"))
}

fn has_check_digit(six: &str) -> bool {
    let digits: Vec<u32> = six.chars().filter_map(|digit| digit.to_digit(10)).collect();
    let sum: u32 = digits.iter().zip([6, 5, 4, 3, 2]).map(|(digit, weight)| digit * weight).sum();
    digits.get(5) == Some(&((11 - sum % 11) % 10))
}

/// The municipality named in an address that begins with its prefecture, without the county (郡) or the island:
/// 札幌市中央区, 目黒区, 三宅村.
#[must_use]
pub fn municipality_name(address: &str) -> Option<String> {
    let address: String = address.chars().filter(|letter| !letter.is_whitespace()).collect();
    let (prefecture, rest) = PREFECTURES.iter().find_map(|name| Some((*name, address.strip_prefix(name)?)))?;
    let name = match after_county(rest) {
        Some(rest) => town(rest)?,
        None if prefecture == "東京都" => ward(rest).or_else(|| city(rest)).or_else(|| town(after_island(rest)))?,
        None => city(rest).or_else(|| town(rest))?,
    };
    Some(name.to_owned())
}

/// What follows the county. In 鹿児島市郡元 the 郡 belongs to the town; in 余市郡 and 高市郡 the 市 to the county.
fn after_county(rest: &str) -> Option<&str> {
    let (county, after) = rest.split_at(end_of(rest, '郡', 5)?);
    let is_city = CITIES_WITH_COUNTY_SIGN.iter().any(|city| rest.starts_with(city));
    let is_county = !county.contains('市') || matches!(county, "余市郡" | "高市郡");
    (is_county && !is_city).then_some(after)
}

fn after_island(rest: &str) -> &str {
    ["三宅島", "八丈島"].iter().find_map(|island| rest.strip_prefix(island)).unwrap_or(rest)
}

fn ward(rest: &str) -> Option<&str> {
    let end = end_of(rest, '区', 5)?;
    Some(&rest[..end]).filter(|ward| !ward.contains('市'))
}

/// A city, with its ward where wards have codes.
fn city(rest: &str) -> Option<&str> {
    if let Some(city) = CITIES_WITH_TWO_SIGNS.iter().find(|city| rest.starts_with(**city)) {
        return Some(city);
    }
    let end = end_of(rest, '市', 7)?;
    if !CITIES_WITH_WARDS.contains(&&rest[..end]) {
        return Some(&rest[..end]);
    }
    Some(&rest[..end + end_of(&rest[end..], '区', 5).unwrap_or(0)])
}

/// A town or village. 玉村町 and 大町町 end at the second sign.
fn town(rest: &str) -> Option<&str> {
    let mut end = [end_of(rest, '町', 7), end_of(rest, '村', 7)].into_iter().flatten().min()?;
    if rest[end..].starts_with('町') {
        end += '町'.len_utf8();
    }
    Some(&rest[..end])
}

/// The byte after the first such sign that isn't the first letter, within so many letters.
fn end_of(text: &str, sign: char, within: usize) -> Option<usize> {
    text.char_indices().take(within).skip(1).find(|(_, letter)| *letter == sign).map(|(at, _)| at + sign.len_utf8())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_come_in_three_forms() {
        let cases = [
            ("011011", None, Some("01101")),
            ("11011", None, Some("01101")),
            ("131016", None, Some("13101")),
            ("13101", None, Some("13101")),
            ("131017", None, None),
            ("11011", Some("11"), Some("11011")),
            ("1101", Some("01"), Some("01101")),
            ("130001", None, None),
            ("991015", None, None),
            ("１３１０１", None, None),
            ("", None, None),
        ];
        for (text, prefecture, code) in cases {
            assert_eq!(municipality_code(text, prefecture).as_deref(), code, "{text}");
        }
    }

    #[test]
    fn an_address_names_its_municipality() {
        let cases = [
            ("北海道札幌市中央区南１条", Some("札幌市中央区")),
            ("北海道余市郡余市町黒川町", Some("余市町")),
            ("兵庫県　神戸市　北区　西大池", Some("神戸市北区")),
            ("東京都目黒区上目黒", Some("目黒区")),
            ("東京都新宿区市谷町", Some("新宿区")),
            ("東京都町田市原町田", Some("町田市")),
            ("東京都武蔵村山市本町", Some("武蔵村山市")),
            ("東京都三宅島三宅村神着", Some("三宅村")),
            ("東京都西多摩郡日の出町平井", Some("日の出町")),
            ("福島県郡山市中町", Some("郡山市")),
            ("奈良県大和郡山市南郡山町", Some("大和郡山市")),
            ("愛知県蒲郡市中央本町", Some("蒲郡市")),
            ("奈良県高市郡明日香村", Some("明日香村")),
            ("三重県四日市市諏訪町", Some("四日市市")),
            ("群馬県佐波郡玉村町上新田", Some("玉村町")),
            ("佐賀県杵島郡大町町福母", Some("大町町")),
            ("山梨県西八代郡市川三郷町上野", Some("市川三郷町")),
            ("鹿児島県鹿児島市郡元３丁目", Some("鹿児島市")),
            ("千葉県船橋市市場３－３", Some("船橋市")),
            ("新潟県上越市大潟区", Some("上越市")),
            ("新潟県十日町市本町", Some("十日町市")),
            ("札幌市中央区南１条", None),
            ("東京都", None),
        ];
        for (address, name) in cases {
            assert_eq!(municipality_name(address).as_deref(), name, "{address}");
        }
        assert_eq!(prefecture_code("沖縄県那覇市").as_deref(), Some("47"));
        assert_eq!(prefecture_name("13"), Some("東京都"));
        assert_eq!(prefecture_name("00"), None);
    }
}

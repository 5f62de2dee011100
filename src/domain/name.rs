//! Search keys for Japanese names: two spellings of one name give the same key.
//!
//! A key is only ever compared with another key, never shown. It holds letters and digits alone, so it can stand
//! in a SQL `like` pattern without escaping. Legal forms (医療法人社団 …) stay: people search by them too.

use unicode_normalization::UnicodeNormalization;

/// Variant characters in use in names of people and places, with the common form.
/// NFKC folds only those that Unicode calls compatibility characters.
const VARIANTS: &[(&str, char)] = &[
    ("髙", '高'),
    ("﨑嵜碕", '崎'),
    ("邉邊", '辺'),
    ("齋齊斉", '斎'),
    ("澤", '沢'),
    ("德", '徳'),
    ("濵濱", '浜'),
    ("槗", '橋'),
    ("廣", '広'),
    ("國", '国'),
    ("眞", '真'),
    ("惠", '恵'),
    ("瀨", '瀬'),
    ("曾", '曽'),
    ("𠮷", '吉'),
    ("冨", '富'),
    ("嶋嶌", '島'),
    ("櫻", '桜'),
    ("龍", '竜'),
    ("渕渊", '淵'),
    ("榮", '栄'),
    ("圓", '円'),
    ("學", '学'),
    ("醫", '医'),
    ("壽", '寿'),
    ("靜", '静'),
    ("縣", '県'),
    ("會", '会'),
    ("寶", '宝'),
    ("關", '関'),
    ("舘", '館'),
    ("條", '条'),
    ("黑", '黒'),
    ("桒", '桑'),
    ("鷗", '鴎'),
    ("禮", '礼'),
    ("萬", '万'),
    ("澁", '渋'),
    ("彌", '弥'),
];

/// Small kana and the large ones that older registers write instead (ビヨウイン for ビョウイン).
const SMALL_KANA: &[(char, char)] = &[
    ('ぁ', 'あ'),
    ('ぃ', 'い'),
    ('ぅ', 'う'),
    ('ぇ', 'え'),
    ('ぉ', 'お'),
    ('っ', 'つ'),
    ('ゃ', 'や'),
    ('ゅ', 'ゆ'),
    ('ょ', 'よ'),
    ('ゎ', 'わ'),
    ('ゕ', 'か'),
    ('ゖ', 'け'),
];

/// The key under which a name or a part of one is stored and searched.
///
/// Width, case, variant characters, katakana and hiragana, small kana, spaces, dashes, the prolonged sound mark and
/// other punctuation make no difference; 霞ヶ関, 霞ケ関 and 霞が関 are one name. Text without a letter or digit gives
/// an empty key.
#[must_use]
pub fn search_key(text: &str) -> String {
    let letters: Vec<char> = text.nfkc().collect();
    let mut key = String::with_capacity(text.len());
    for (at, &letter) in letters.iter().enumerate() {
        if is_place_particle(&letters, at) {
            key.push('け');
        } else {
            key.extend(letter.to_lowercase().map(fold).filter(|folded| is_searched(*folded)));
        }
    }
    key
}

/// The words of a query, each as a key; every one of them has to be found.
#[must_use]
pub fn words(query: &str) -> Vec<String> {
    query.split_whitespace().map(search_key).filter(|key| !key.is_empty()).collect()
}

/// What follows a family name where a patient is meant and not, say, a place of the same name.
const HONORIFICS: [&str; 5] = ["さん", "様", "さま", "氏", "殿"];

/// Whether a text names somebody whose name is written in one of these ways: in full, or how it begins with an honorific
/// (where no space says so, nobody knows where the family name ends), or the given name with one. 森さん is nobody in 大森さん: a family name of one
/// letter stands for itself only where no kanji is before it.
#[must_use]
pub fn is_named(text: &str, names: &[&str]) -> bool {
    let text = search_key(text);
    names.iter().any(|name| {
        let (whole, words) = (search_key(name), name.split_whitespace().map(search_key).collect::<Vec<_>>());
        let beginnings = whole.char_indices().skip(2).map(|(end, _)| &whole[..end]);
        let parts = beginnings.chain(words.iter().map(String::as_str));
        let mut addressed = parts.flat_map(|part| HONORIFICS.map(|honorific| format!("{part}{honorific}")));
        whole.chars().nth(1).is_some() && text.contains(&whole) || addressed.any(|words| is_said(&text, &words))
    })
}

/// Whether the words stand in the text; as a name of their own where they begin with one letter and an honorific.
fn is_said(text: &str, words: &str) -> bool {
    let mut letters = words.chars();
    letters.next();
    let is_short = HONORIFICS.contains(&letters.as_str());
    let mut places = text.match_indices(words);
    places.any(|(at, _)| !is_short || !text[..at].ends_with(is_kanji))
}

fn fold(letter: char) -> char {
    let letter = match letter {
        'ァ'..='ヶ' => char::from_u32(u32::from(letter) - 0x60).unwrap_or(letter),
        other => other,
    };
    if let Some((_, large)) = SMALL_KANA.iter().find(|(small, _)| *small == letter) {
        return *large;
    }
    if !is_kanji(letter) {
        return letter;
    }
    VARIANTS.iter().find(|(variants, _)| variants.contains(letter)).map_or(letter, |(_, common)| *common)
}

/// Dashes are typed as ー, －, ‐ or left out, so the prolonged sound mark goes with the punctuation.
fn is_searched(letter: char) -> bool {
    letter != 'ー' && letter.is_alphanumeric()
}

/// The が of 霞が関 and つつじが丘, which is also written ヶ, ケ or ガ. Before a kanji other than 丘 it counts only
/// after a kanji: in さが病院 the が belongs to the word.
fn is_place_particle(letters: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| letters.get(before)).copied();
    let after = letters.get(at + 1).copied();
    matches!(letters[at], 'が' | 'ガ' | 'ヶ' | 'ケ')
        && before.is_some_and(char::is_alphanumeric)
        && after.is_some_and(|after| after == '丘' || (is_kanji(after) && before.is_some_and(is_kanji)))
}

fn is_kanji(letter: char) -> bool {
    matches!(letter, '々' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn somebody_is_named_in_full_or_with_an_honorific() {
        let cases = [
            ("山田さんの発熱のため", true),
            ("ヤマダ様ご都合", true),
            ("患者（山田　花子）の検査", true),
            ("花子さんの熱", true),
            ("ハナコ様の熱", true),
            ("花子先生の都合", false),
            ("山田先生の都合", false),
            ("山田病院の会議室が使えないため", false),
            ("ご本人の発熱のため", false),
            ("", false),
        ];
        for (text, expected) in cases {
            assert_eq!(is_named(text, &["山田 花子", "やまだ はなこ"]), expected, "{text}");
        }
        assert!(!is_named("主治医の都合", &["", " "]));
        for (text, expected) in
            [("大森さんの都合", false), ("森さんの都合", true), ("大森さんと森さん", true), ("娘の森様", true)]
        {
            assert_eq!(is_named(text, &["森 一郎", "もり いちろう"]), expected, "{text}");
        }
    }

    #[test]
    fn spellings_of_one_name_share_a_key() {
        let cases = [
            ("髙﨑ひかり病院", "高崎ひかり病院"),
            ("渡邉醫院", "渡辺医院"),
            ("渡邊医院", "渡辺医院"),
            ("齋藤・齊藤・斉藤", "斎藤斎藤斎藤"),
            ("廣澤德濵槗", "広沢徳浜橋"),
            ("𠮷野眞國惠瀨曾", "吉野真国恵瀬曽"),
            ("ＡＢＣ１２３ Clinic", "abc123clinic"),
            ("ﾋﾟｱﾉ薬局", "ぴあの薬局"),
            ("ガーデンクリニック", "がでんくりにつく"),
            ("サンプルビヨウイン", "さんぷるびよういん"),
            ("サンプルビョウイン", "さんぷるびよういん"),
            ("サ－ビス‐センター", "さびすせんた"),
            ("医療法人社団　星空会", "医療法人社団星空会"),
            ("㈱ほしぞら（本店）", "株ほしぞら本店"),
            ("霞が関", "霞け関"),
            ("霞ヶ関", "霞け関"),
            ("霞ケ関", "霞け関"),
            ("つつじが丘", "つつじけ丘"),
            ("つつじヶ丘", "つつじけ丘"),
            ("さが病院", "さが病院"),
            ("ヨガ病院", "よが病院"),
            ("_%'\\", ""),
            ("", ""),
        ];
        for (text, key) in cases {
            assert_eq!(search_key(text), key, "{text}");
        }
    }

    #[test]
    fn a_query_is_split_on_any_space() {
        assert_eq!(words("　ほしぞら　ﾋﾞｮｳｲﾝ  － "), ["ほしぞら", "びよういん"]);
        assert!(words(" 　").is_empty());
    }
}

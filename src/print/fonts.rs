//! The Japanese font that sheets are set in: the one that is named in the settings, or the best that the machine has.

use std::fs;
use std::path::{Path, PathBuf};

use typst::foundations::Bytes;
use typst::text::Font;

/// Where Debian and others keep fonts.
const FOLDERS: [&str; 2] = ["/usr/share/fonts", "/usr/local/share/fonts"];
/// Folders within folders that are looked into.
const DEPTH: usize = 6;
/// The beginnings of the names of files that hold a Japanese font, best first: upright strokes of one width survive a FAX.
const FILES: [&str; 8] =
    ["notosanscjk-", "notosansjp", "notosanscjkjp", "ipaexg", "bizudgothic-", "bizudpgothic-", "ipag", "takaogothic"];
/// Signs that only a font for Japanese has all of: kana, a character of the joyo list, and one that only Japan writes so.
const JAPANESE: &str = "あア退働畑";

/// A family of fonts for Japanese: the face for text and, where there is one, the bold one.
#[derive(Clone, Debug)]
pub(super) struct Fonts {
    faces: Vec<Font>,
}

impl Fonts {
    /// The name by which a template asks for it.
    pub(super) fn family(&self) -> &str {
        self.faces.first().map_or("", |face| &face.info().family)
    }

    pub(super) fn faces(&self) -> &[Font] {
        &self.faces
    }
}

/// Finds the font: in the file or folder of the setting, else on the machine.
pub(super) fn find(setting: Option<&Path>) -> Option<Fonts> {
    let mut files = Vec::new();
    match setting {
        Some(place) if place.is_dir() => collect(place, DEPTH, &mut files),
        Some(file) => files.push(file.to_owned()),
        None => FOLDERS.iter().for_each(|folder| collect(Path::new(folder), DEPTH, &mut files)),
    }
    files.sort_by_cached_key(|file| (rank(file), file.clone()));
    // Whoever names a place knows what is in it; of a machine's hundreds of fonts only the known ones are opened.
    let mut worth = files.iter().filter(|file| setting.is_some() || rank(file).0 < FILES.len());
    let first = worth.by_ref().find_map(|file| japanese(file))?;
    let family = first.info().family.clone();
    let bold = worth.filter(|file| name(file).contains("bold")).find_map(|file| japanese(file));
    let bold = bold.filter(|face| face.info().family == family && face.info().variant != first.info().variant);
    Some(Fonts { faces: std::iter::once(first).chain(bold).collect() })
}

fn collect(folder: &Path, depth: usize, files: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() && depth > 0 {
            collect(&path, depth - 1, files);
        } else if path
            .extension()
            .is_some_and(|kind| ["ttf", "otf", "ttc", "otc"].iter().any(|known| kind.eq_ignore_ascii_case(known)))
        {
            files.push(path);
        }
    }
}

/// The better, the smaller: known names first, and of each family the face for text before the bold one.
fn rank(file: &Path) -> (usize, bool) {
    let name = name(file);
    let known = FILES.iter().position(|known| name.starts_with(known)).unwrap_or(FILES.len());
    (known, !(name.contains("regular") || name.ends_with("ipaexg") || name.ends_with("ipag")))
}

fn name(file: &Path) -> String {
    file.file_stem().map(|name| name.to_string_lossy().to_ascii_lowercase()).unwrap_or_default()
}

/// The Japanese face of a file. A collection for all of East Asia has one for each country, and the Chinese one draws
/// characters in its own way.
fn japanese(file: &Path) -> Option<Font> {
    let data = Bytes::new(fs::read(file).ok()?);
    Font::iter(data).find(|face| {
        let info = face.info();
        let foreign = [" SC", " TC", " HK", " KR"].iter().any(|country| info.family.ends_with(country));
        !foreign
            && !info.family.contains("Mono")
            && JAPANESE.chars().all(|sign| info.coverage.contains(u32::from(sign)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_japanese_face_is_taken_and_its_bold_one() {
        let fonts = find(None).expect("fonts-noto-cjk or fonts-ipaexfont");
        assert!(!fonts.family().ends_with(" SC") && !fonts.family().is_empty(), "{}", fonts.family());
        assert!(fonts.faces().iter().all(|face| face.info().family == fonts.family()));
    }

    #[test]
    fn known_files_come_first_and_regular_before_bold() {
        let mut files = ["x/Arial.ttf", "x/ipaexg.ttf", "x/NotoSansCJK-Bold.ttc", "x/NotoSansCJK-Regular.ttc"];
        files.sort_by_key(|file| rank(Path::new(file)));
        assert_eq!(files, ["x/NotoSansCJK-Regular.ttc", "x/NotoSansCJK-Bold.ttc", "x/ipaexg.ttf", "x/Arial.ttf"]);
    }

    #[test]
    fn what_is_no_font_is_passed_over() {
        assert!(find(Some(Path::new("/nowhere"))).is_none());
        assert!(find(Some(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")))).is_none());
    }
}

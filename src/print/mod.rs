//! What goes onto paper: a template and its data become the bytes of a PDF, by typst, the typesetter.
//!
//! A template is part of the program. What people entered comes to it as data (`data.json`) and is never read as markup.
//! Typst sees these two texts and the fonts: no file of the machine, no network, no clock.

pub mod beds;
pub mod fax;
mod fonts;
mod qr;
pub mod record;
pub mod registration;

use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

use serde::Serialize;
use tokio::sync::Semaphore;
use typst::comemo;
use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration, Value};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, LibraryExt, World};
use typst_layout::PagedDocument;
use typst_pdf::PdfOptions;

use crate::error::{Error, Result};
use fonts::Fonts;

/// Files of old layouts that typst keeps for the next one: none, for no two of our documents are alike.
const KEEP: usize = 0;

/// What prints: the fonts, found at the first sheet and kept.
#[derive(Debug)]
pub struct Press {
    setting: Option<PathBuf>,
    fonts: OnceLock<Option<Fonts>>,
    /// One document at a time: each keeps a processor busy.
    turn: Arc<Semaphore>,
}

impl Default for Press {
    fn default() -> Self {
        Self::new(None)
    }
}

impl Press {
    /// A press with the font at `setting` (a file or a folder), or with one that the machine has.
    #[must_use]
    pub fn new(setting: Option<PathBuf>) -> Self {
        Self { setting, fonts: OnceLock::new(), turn: Arc::new(Semaphore::new(1)) }
    }

    /// Whether there is a Japanese font to print with. The first question takes a moment, and a font that is missing is told
    /// in the log once.
    fn fonts(&self) -> Result<&Fonts> {
        let found = self.fonts.get_or_init(|| {
            let found = fonts::find(self.setting.as_deref());
            match &found {
                Some(fonts) => tracing::info!(font = fonts.family(), "sheets are printed with"),
                None => {
                    tracing::error!(setting = ?self.setting, "no Japanese font: nothing can be printed (OKAERI_FONT)");
                }
            }
            found
        });
        found.as_ref().ok_or(Error::NoFont)
    }

    /// Sets a template with its data.
    ///
    /// # Errors
    /// [`Error::NoFont`]; the template doesn't fit the data.
    pub async fn print(self: &Arc<Self>, template: &'static str, data: &(impl Serialize + Sync)) -> Result<Vec<u8>> {
        let data = serde_json::to_vec(data).map_err(Error::internal)?;
        // It goes with the work: a browser that hangs up doesn't end what is being set.
        let turn = Arc::clone(&self.turn).acquire_owned().await.map_err(Error::internal)?;
        let press = Arc::clone(self);
        let work = move || {
            let _turn = turn;
            press.fonts().and_then(|fonts| typeset(fonts, template, data))
        };
        tokio::task::spawn_blocking(work).await.map_err(Error::internal)?
    }

    /// Makes sure that something can be printed, before anything is marked as printed.
    ///
    /// # Errors
    /// [`Error::NoFont`].
    pub async fn check(self: &Arc<Self>) -> Result<()> {
        let press = Arc::clone(self);
        tokio::task::spawn_blocking(move || press.fonts().map(drop)).await.map_err(Error::internal)?
    }
}

fn typeset(fonts: &Fonts, template: &str, data: Vec<u8>) -> Result<Vec<u8>> {
    let desk = Desk::new(fonts, template, data)?;
    let laid_out = typst::compile::<PagedDocument>(&desk).output;
    // What is printed is read by eyes alone, and a FAX gateway wants few bytes: no tags for screen readers.
    let options = PdfOptions { tagged: false, ..PdfOptions::default() };
    let made = laid_out.and_then(|document| typst_pdf::pdf(&document, &options));
    comemo::evict(KEEP);
    // What typst says names places in the template, never the data.
    made.map_err(|errors| Error::internal(errors.first().map_or("typst", |error| error.message.as_str())))
}

/// All that typst sees.
struct Desk<'a> {
    library: LazyHash<Library>,
    book: LazyHash<FontBook>,
    fonts: &'a [Font],
    template: Source,
    data: (FileId, Bytes),
}

impl<'a> Desk<'a> {
    fn new(fonts: &'a Fonts, template: &str, data: Vec<u8>) -> Result<Self> {
        let inputs = [("font".into(), Value::Str(fonts.family().into()))].into_iter().collect();
        Ok(Self {
            library: LazyHash::new(Library::builder().with_inputs(inputs).build()),
            book: LazyHash::new(FontBook::from_fonts(fonts.faces())),
            fonts: fonts.faces(),
            template: Source::new(file("main.typ")?, template.to_owned()),
            data: (file("data.json")?, Bytes::new(data)),
        })
    }
}

fn file(name: &str) -> Result<FileId> {
    let path = VirtualPath::new(name).map_err(|error| Error::internal(format!("{error:?}")))?;
    Ok(RootedPath::new(VirtualRoot::Project, path).intern())
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.book
    }

    fn main(&self) -> FileId {
        self.template.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.template.id() { Ok(self.template.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        if id == self.data.0 { Ok(self.data.1.clone()) } else { Err(FileError::AccessDenied) }
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page of a PDF begins so; those of krilla stand outside of compressed streams.
    pub(super) fn pages(pdf: &[u8]) -> usize {
        let text = String::from_utf8_lossy(pdf);
        text.matches("/Type/Page").count() + text.matches("/Type /Page").count()
            - text.matches("/Type/Pages").count()
            - text.matches("/Type /Pages").count()
    }

    #[tokio::test]
    async fn what_people_entered_is_text_and_nothing_else() {
        let press = Arc::new(Press::default());
        let template = "#let data = json(\"data.json\")\n#set text(font: sys.inputs.font)\n#data.name";
        for name in ["#panic()", "*a*", "#read(\"/etc/passwd\")", "$x", "\\", "\"", "]", "株式会社<あ>"] {
            let made = press.print(template, &serde_json::json!({ "name": name })).await.unwrap();
            assert!(made.starts_with(b"%PDF-"), "{name}");
        }
    }

    #[tokio::test]
    async fn a_template_reads_nothing_of_the_machine() {
        let press = Arc::new(Press::default());
        for template in ["#read(\"/etc/passwd\")", "#include \"../x.typ\"", "#import \"@preview/x:1.0.0\": y"] {
            assert!(press.print(template, &()).await.is_err(), "{template}");
        }
    }

    #[tokio::test]
    async fn without_a_japanese_font_nothing_is_printed() {
        let press = Arc::new(Press::new(Some(env!("CARGO_MANIFEST_DIR").into())));
        assert!(matches!(press.check().await, Err(Error::NoFont)));
        assert!(matches!(press.print("a", &()).await, Err(Error::NoFont)));
    }
}

//! The three files beside the pages. Their names carry a digest of their content, so browsers keep them for ever and never
//! hold an old one.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header;
use axum::response::{IntoResponse, Response};

use super::failure::Failure;
use super::ui::page::Assets;
use crate::error::Error;
use crate::secret;

struct Asset {
    path: String,
    kind: &'static str,
    content: &'static str,
}

impl Asset {
    fn new(name: &str, extension: &str, kind: &'static str, content: &'static str) -> Self {
        let digest: String = secret::digest(content).chars().filter(char::is_ascii_alphanumeric).take(10).collect();
        Self { path: format!("/assets/{name}-{digest}.{extension}"), kind, content }
    }
}

static FILES: LazyLock<[Asset; 3]> = LazyLock::new(|| {
    [
        Asset::new("okaeri", "css", "text/css; charset=utf-8", include_str!("assets/okaeri.css")),
        Asset::new("okaeri", "js", "text/javascript; charset=utf-8", include_str!("assets/okaeri.js")),
        Asset::new("icon", "svg", "image/svg+xml", include_str!("assets/icon.svg")),
    ]
});

/// The addresses of the files, for the head of a page.
#[must_use]
pub fn addresses() -> Assets<'static> {
    let [css, js, icon] = &*FILES;
    Assets { css: &css.path, js: &js.path, icon: &icon.path }
}

/// Serves one of them.
pub async fn serve(Path(name): Path<String>) -> Response {
    let wanted = format!("/assets/{name}");
    FILES.iter().find(|file| file.path == wanted).map_or_else(
        || Failure(Error::NotFound).into_response(),
        |file| {
            let headers =
                [(header::CONTENT_TYPE, file.kind), (header::CACHE_CONTROL, "public, max-age=31536000, immutable")];
            (headers, file.content).into_response()
        },
    )
}

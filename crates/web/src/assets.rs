//! Style sheet, script and mark: built in, addressed by their hash, kept by browsers for a year.

use axum::extract::Path;
use axum::response::{IntoResponse, Response};
use domain::refusal::Code;
use http::header;
use std::sync::LazyLock;

struct Asset {
    name: &'static str,
    kind: &'static str,
    bytes: &'static [u8],
}

const ASSETS: &[Asset] = &[
    Asset {
        name: "gatelodge.css",
        kind: "text/css; charset=utf-8",
        bytes: include_bytes!("../static/gatelodge.css"),
    },
    Asset {
        name: "app.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../static/app.js"),
    },
    Asset {
        name: "work.js",
        kind: "text/javascript; charset=utf-8",
        bytes: include_bytes!("../static/work.js"),
    },
    Asset {
        name: "favicon.svg",
        kind: "image/svg+xml",
        bytes: include_bytes!("../static/favicon.svg"),
    },
];

/// Address of the style sheet.
pub(crate) static CSS_URL: LazyLock<String> = LazyLock::new(|| url("gatelodge.css"));
/// Address of the script.
pub(crate) static JS_URL: LazyLock<String> = LazyLock::new(|| url("app.js"));
/// Address of the script that does the work of a security check.
pub(crate) static WORK_URL: LazyLock<String> = LazyLock::new(|| url("work.js"));

fn url(name: &str) -> String {
    let bytes = ASSETS
        .iter()
        .find(|a| a.name == name)
        .map_or(&[][..], |a| a.bytes);
    let hash = app::token::hash(&String::from_utf8_lossy(bytes));
    let short = domain::dice::base32(hash.get(..10).unwrap_or(&hash));
    format!("/static/{short}/{name}")
}

/// A file addressed with its hash: it never changes.
pub(crate) async fn hashed(Path((_, name)): Path<(String, String)>) -> Response {
    serve(&name, "public, max-age=31536000, immutable")
}

/// A file addressed by its name.
pub(crate) async fn plain(Path(name): Path<String>) -> Response {
    serve(&name, "public, max-age=3600")
}

fn serve(name: &str, cache: &'static str) -> Response {
    match ASSETS.iter().find(|a| a.name == name) {
        Some(asset) => (
            [
                (header::CONTENT_TYPE, asset.kind),
                (header::CACHE_CONTROL, cache),
            ],
            asset.bytes,
        )
            .into_response(),
        None => crate::refused::bare(Code::NoSuchPage),
    }
}

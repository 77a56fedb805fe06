//! Style sheet and script files, named by their hash and kept by browsers for a year.

use std::collections::BTreeMap;

use axum::extract::Path;
use axum::http::StatusCode;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{MethodRouter, get};
use rust_embed::RustEmbed;

/// File that `edges/web/ui/build.mjs` writes beside the assets: one line per file, logical name, a space, hashed name.
const INDEX_FILE: &str = "index.txt";

/// From the logical name of an asset (`app.css`) to the name it is served under (`app-5X2K….css`).
#[derive(Debug, Clone, Default)]
pub struct AssetIndex(BTreeMap<String, String>);

impl AssetIndex {
    /// Reads the index of an embedded folder. An empty folder gives an empty index: pages then stand without style,
    /// and every one of them still works.
    #[must_use]
    pub fn of<A: RustEmbed>() -> Self {
        let text = A::get(INDEX_FILE).map(|file| String::from_utf8_lossy(&file.data).into_owned());
        Self::parse(text.as_deref().unwrap_or_default())
    }

    fn parse(text: &str) -> Self {
        Self(
            text.lines()
                .filter_map(|line| line.split_once(' '))
                .map(|(name, file)| (name.to_owned(), file.to_owned()))
                .collect(),
        )
    }

    /// Address of an asset, `None` if it was not built.
    #[must_use]
    pub fn href(&self, name: &str) -> Option<String> {
        self.0.get(name).map(|file| format!("/assets/{file}"))
    }
}

/// Serves the embedded folder `A` at `/assets/{file}`; mount with `.route("/assets/{file}", webkit::assets::<A>())`.
pub fn assets<A: RustEmbed + 'static, S: Clone + Send + Sync + 'static>() -> MethodRouter<S> {
    get(|Path(file): Path<String>| async move { asset::<A>(&file) })
}

fn asset<A: RustEmbed>(file: &str) -> Response {
    match A::get(file) {
        // A hashed name never changes its content, so nobody has to ask again.
        Some(found) if file != INDEX_FILE => {
            let kind = mime_guess::from_path(file).first_or_octet_stream();
            let charset = if kind.type_() == "text" { "; charset=utf-8" } else { "" };
            let headers = [
                (CONTENT_TYPE, format!("{kind}{charset}")),
                (CACHE_CONTROL, "public, max-age=31536000, immutable".to_owned()),
            ];
            (headers, found.data.into_owned()).into_response()
        }
        _ => StatusCode::NOT_FOUND.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_line_names_the_hashed_file() {
        let index = AssetIndex::parse("app.css app-AB12.css\napp.js app-CD34.js\n");
        assert_eq!(index.href("app.css").as_deref(), Some("/assets/app-AB12.css"));
        assert_eq!(index.href("verify.js"), None);
        assert_eq!(AssetIndex::parse("").href("app.css"), None);
    }
}

//! Samples of every template: drawn in the gallery, walked through by the browser tests, rendered in both languages by a test.

use std::sync::Arc;

use askama::Template;
use axum::Router;
use axum::extract::{FromRef, Path, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use kernel::{Lang, Text};

use crate::error_page::ErrorPage;
use crate::errors::{Answer, WebError, html};
use crate::page::{Page, Site};
use crate::parts::Link;

/// A template with invented content for every state it can show: empty, full, faulty, with the longest words.
pub trait Sample: Template + Sized {
    /// Named samples, in the language and frame of `page`. Names are `[a-z_]+`.
    fn samples(page: &Page) -> Vec<(&'static str, Self)>;
}

type Rendered = Vec<(&'static str, askama::Result<String>)>;

/// Name of a template, and what renders all its samples.
type Entry = (&'static str, fn(&Page) -> Rendered);

/// All sample pages of a program.
#[derive(Clone, Default)]
pub struct Gallery {
    entries: Vec<Entry>,
}

impl Gallery {
    /// The pages of this crate: the error pages and the parts.
    #[must_use]
    pub fn new() -> Self {
        Self::default().with::<ErrorPage>("error").with::<crate::gallery::PartsPage>("parts")
    }

    /// Adds the samples of a template under a name, `[a-z_]+`.
    #[must_use]
    pub fn with<T: Sample>(mut self, name: &'static str) -> Self {
        self.entries.push((name, render_samples::<T>));
        self
    }

    /// Every sample rendered in one language: `(template, sample, html)`. For the test that nothing fails to render.
    #[must_use]
    pub fn render_all(
        &self,
        site: &Arc<Site>,
        lang: Lang,
    ) -> Vec<(&'static str, &'static str, askama::Result<String>)> {
        let page = |name| Page::plain(site, lang, &format!("/gallery/{name}"));
        self.entries
            .iter()
            .flat_map(|&(name, render)| render(&page(name)).into_iter().map(move |(sample, page)| (name, sample, page)))
            .collect()
    }

    /// Routes `/gallery` (links), `/gallery/list.txt` (one address a line, for the browser tests) and
    /// `/gallery/{template}/{sample}`. For demo mode only.
    pub fn routes<S>(self) -> Router<S>
    where
        S: Clone + Send + Sync + 'static,
        Arc<Site>: FromRef<S>,
    {
        let (all, list, one) = (self.clone(), self.clone(), self);
        Router::new()
            .route("/gallery", get(async move |page: Page| all.index(page)))
            .route(
                "/gallery/list.txt",
                get(async move |State(site): State<Arc<Site>>| list.addresses(&site).join("\n")),
            )
            .route(
                "/gallery/{template}/{sample}",
                get(async move |Path((template, sample)), page: Page| one.show(&page, template, sample)),
            )
    }

    fn addresses(&self, site: &Arc<Site>) -> Vec<String> {
        let page = Page::plain(site, Lang::Zh, "/gallery");
        let entry = |&(name, render): &Entry| {
            render(&page).into_iter().map(move |(sample, _)| format!("/gallery/{name}/{sample}")).collect::<Vec<_>>()
        };
        self.entries.iter().flat_map(entry).collect()
    }

    fn index(&self, page: Page) -> Answer {
        let links =
            self.addresses(&page.site).into_iter().map(|href| Link::new(&href, crate::same(href.clone()))).collect();
        html(&GalleryPage { page: page.titled(Text::new("頁面樣本", "Sample pages")), links })
    }

    fn show(&self, page: &Page, template: String, sample: String) -> Response {
        let found = self
            .entries
            .iter()
            .find(|(name, _)| *name == template)
            .and_then(|(_, render)| render(page).into_iter().find(|(name, _)| *name == sample));
        match found {
            Some((_, Ok(body))) => axum::response::Html(body).into_response(),
            Some((_, Err(cause))) => WebError::from(cause).into_response(),
            None => WebError::NotFound.into_response(),
        }
    }
}

fn render_samples<T: Sample>(page: &Page) -> Rendered {
    T::samples(page).into_iter().map(|(name, sample)| (name, sample.render())).collect()
}

/// The list of samples.
#[derive(Template)]
#[template(path = "webkit/gallery.html")]
struct GalleryPage {
    page: Page,
    links: Vec<Link>,
}

/// A site with nothing behind it, for tests of templates.
#[must_use]
pub fn test_site() -> Arc<Site> {
    use time::macros::datetime;
    Arc::new(Site {
        name: Text::new("人事", "Renshi"),
        owner: Text::new("示範機關", "Demonstration agency"),
        footer: vec![Link::new("/verify", Text::new("驗證獎勵令", "Verify an order"))],
        demo: true,
        assets: crate::AssetIndex::default(),
        clock: Arc::new(kernel::FixedClock(datetime!(2026-03-02 06:20 UTC))),
        random: Arc::new(kernel::SeededRandom::new(7)),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_sample_renders_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            for (template, sample, page) in Gallery::new().render_all(&test_site(), lang) {
                let page = page.unwrap_or_else(|cause| panic!("{template}/{sample}: {cause}"));
                assert!(page.contains("示範資料"), "{template}/{sample} does not say that it is a demonstration");
                assert!(
                    !page.contains("style=\"") && !page.contains("<script>"),
                    "{template}/{sample} has inline style or script"
                );
            }
        }
    }
}

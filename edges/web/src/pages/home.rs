//! The front page: what this is, for whoever comes.

use crate::App;
use askama::Template;
use axum::extract::State;
use kernel::Text;
use webkit::{Answer, Page, Sample, WebError, html};

/// The front page.
#[derive(Template)]
#[template(path = "home.html")]
pub struct HomePage {
    page: Page,
    /// Leaves in the register.
    size: u64,
}

impl HomePage {
    fn new(page: Page, size: u64) -> Self {
        Self { page: page.titled(Text::new("首頁", "Home")), size }
    }
}

impl Sample for HomePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        vec![("usual", Self::new(page.clone(), 12_345))]
    }
}

/// `GET /`
pub async fn show(State(app): State<App>, page: Page) -> Answer {
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let head = register::log::head(&mut tx).await.map_err(WebError::fault("read the register"))?;
    html(&HomePage::new(page, head.checkpoint.size))
}

//! Short help: what the platform does, who does what, accessibility, how to verify, whom to ask.

use askama::Template;
use kernel::Text;
use webkit::{Answer, Page, Sample, html};

/// The page.
#[derive(Template)]
#[template(path = "help.html")]
pub struct HelpPage {
    page: Page,
}

impl HelpPage {
    fn new(page: Page) -> Self {
        Self { page: page.titled(Text::new("說明", "Help")) }
    }
}

impl Sample for HelpPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        vec![("usual", Self::new(page.clone()))]
    }
}

/// `GET /help`
pub async fn show(page: Page) -> Answer {
    html(&HelpPage::new(page))
}

//! What survivors could choose between if somebody died on a day: a part of the lump sum, or an annuity.

use kernel::Text;
use rules::{SchemeLaw, Steps, estimate, facts::Facts, render};
use time::Date;
use webkit::Page;

use super::result::dollars;
use super::steps::{self, Shown};

/// What one survivor may take.
pub struct Share {
    /// Whose survivor.
    pub who: Text,
    /// The part of the lump sum.
    pub lump: String,
    /// The annuity instead: a month, and from when until when; or why there is none.
    pub annuity: Result<(String, String), String>,
}

/// What is left.
pub struct Left {
    /// What each may take.
    pub each: Vec<Share>,
    /// How it comes about.
    pub steps: Vec<Shown>,
}

/// What survivors may take, or why nothing.
pub fn left(page: &Page, law: &SchemeLaw, facts: &Facts, died_on: Date) -> Result<Left, String> {
    let mut ledger = Steps::default();
    let found = estimate::survivors(law, facts, died_on, &mut ledger).map_err(|stop| render::stop(&stop, page.lang))?;
    let share = |due: &estimate::Due| Share {
        who: facts.survivors[due.survivor].relation.text(),
        lump: dollars(page.lang, due.lump),
        annuity: match &due.annuity {
            Ok(annuity) => Ok((dollars(page.lang, annuity.monthly), span(page, annuity))),
            Err(stop) => Err(render::stop(stop, page.lang)),
        },
    };
    Ok(Left { each: found.each.iter().map(share).collect(), steps: steps::shown(&ledger, facts.scheme, page.lang) })
}

fn span(page: &Page, annuity: &estimate::Annuity) -> String {
    let from = page.date(annuity.from);
    match annuity.until.and_then(Date::previous_day) {
        Some(last) => page.put("自{}", "from {}", from) + &page.put("至{}", " to {}", page.date(last)),
        None => page.put("自{}起終身", "from {} for life", from),
    }
}

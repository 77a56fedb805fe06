//! The roster: taking in a list of people, and finding them.

mod check;
mod import;
pub(crate) mod store;

pub use check::HEADINGS;
pub use import::{
    ImportedPeople, PeopleQuery, agencies_with_people, import_people, people, person, person_by_national_id,
};

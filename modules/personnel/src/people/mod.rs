//! The roster: taking in a list of people, and finding them.

mod check;
mod import;
mod leave;
mod names;
pub(crate) mod store;

pub use check::HEADINGS;
pub use import::{
    ImportedPeople, PeopleQuery, agencies_with_people, entries, import_people, people, person, person_at,
    person_at_by_national_id, person_by_national_id,
};
pub use leave::{arrived_elsewhere, leave, serves, stay};
pub use names::{everybody_at, names_at};

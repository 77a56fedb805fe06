//! The sensitive sections of a record: which fields they have, how they are checked, sealed, opened and erased.

mod field;
mod keep;
mod keys;
mod purpose;
mod store;

pub use field::{Field, FieldFault, FieldKind, RELATIVES_MAX, Row, Section, check_section};
pub use keep::{Kept, NewSection, OpenSection, SectionMark, keep_section, open_section, section_marks};
pub use keys::{Rewrapped, erase_sections, rewrap_keys};
pub use purpose::{PURPOSE_CHARS_MAX, Purpose};

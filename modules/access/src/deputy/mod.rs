//! 職務代理: who stands in for whom, in what order, from when to when, and what was done in somebody's name.

mod acts;
mod decide;
mod model;
mod ops;
pub(crate) mod store;

pub use acts::{DeputyAct, acts_acknowledge, acts_for, begin_act, drop_act, finish_act};
pub use decide::{NamingFacts, standing, warnings};
pub use model::{Absence, AbsenceKind, Deputising, Deputy, Duty, DutyFile, Standing, Warning};
pub(crate) use ops::deputised;
pub use ops::{
    DeputyError, NewAbsence, NewDeputising, NewDeputy, absences_of, absences_of_agencies, duties, duty, end_absence,
    end_deputies_of, end_deputising, end_deputy, enter_absence, name_deputy, naming_facts, promote_deputy,
    start_deputising,
};

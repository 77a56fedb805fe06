//! 服務代理人: what a person lets somebody else see and do for them, for which topics and until when.

mod model;
mod ops;
pub(crate) mod store;

pub use model::{Mandate, MandateAct, MandateState, Never, Topic, Way};
pub(crate) use ops::mandates_on;
pub use ops::{
    MANDATE_DAYS_MAX, MandateError, NewMandate, PRINCIPALS_MAX, act_for, agent_reach, allow_principals,
    confirm_mandate, give_mandate, mandate_acts, mandates_of_agencies, mandates_of_agent, mandates_of_principal,
    mandates_to_tell, renew_mandate, revoke_mandate, take_mandate, told_of_mandate,
};

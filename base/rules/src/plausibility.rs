//! Bounds beyond which a fact is taken for a slip of the pen. They are no law: only checks of facts use them, and say so.

use time::Date;

crate::law::values! {
    /// Least age at the beginning of service.
    service_age_min: u32 = "plausibility/service-age-min";
    /// Largest age on the effective day.
    age_max: u32 = "plausibility/age-max";
    /// Largest monthly pay, NT dollars.
    pay_max: i64 = "plausibility/pay-max";
    /// Largest single amount, NT dollars.
    amount_max: i64 = "plausibility/amount-max";
    /// Earliest effective day that is calculated.
    retirement_from: Date = "plausibility/retirement-from";
    /// First appointed from this day: another scheme (退撫法 93).
    account_scheme_from: Date = "s0080034/a093/account-scheme-from";
}

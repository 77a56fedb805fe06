//! The law as it stood on one day, ready for many calculations.

use statute::{Citation, Edition, Readings, StatuteFault};
use time::Date;

use crate::{
    h0150049::*, pay_table::*, plausibility, police_act::*, s0070001::*, s0080011::*, s0080034::*, s0080035::*,
    s0080036::*, s0080045::*,
};

/// Which of the two acts somebody comes under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scheme {
    /// 公務人員退休資遣撫卹法.
    Civil,
    /// 公立學校教職員退休資遣撫卹條例.
    Teacher,
}

/// Declares the values a rule uses: one path under `law/` for civil servants and teachers each, or one for both.
macro_rules! values {
    ($($(#[doc = $doc:literal])* $field:ident: $kind:ty = $civil:literal $(, $teacher:literal)?;)*) => {
        /// The values of law this rule uses.
        #[derive(Debug, Clone)]
        pub struct Values {
            $($(#[doc = $doc])* pub $field: statute::Series<$kind>,)*
        }

        impl Values {
            /// The values as the law stood on a day.
            ///
            /// # Errors
            /// A value that `law/` does not hold in this form.
            pub fn load(
                scheme: $crate::Scheme,
                edition: &statute::Edition,
            ) -> Result<Self, statute::StatuteFault> {
                $(let $field = {
                    let [civil, teacher] = [$civil, [$civil $(, $teacher)?][[$civil $(, $teacher)?].len() - 1]];
                    let key = match scheme {
                        $crate::Scheme::Civil => civil,
                        $crate::Scheme::Teacher => teacher,
                    };
                    statute::series(key, edition)?
                };)*
                Ok(Self { $($field,)* })
            }
        }
    };
}
pub(crate) use values;

/// The rules of one act with their values. One line for each rule that uses values.
macro_rules! scheme_law {
    ($($rule:ident,)*) => {
        /// The values of one act, by the rule that uses them.
        #[derive(Debug, Clone)]
        pub struct SchemeLaw {
            /// The act.
            pub scheme: Scheme,
            /// Answers to the open points.
            pub readings: Readings,
            $(
                #[doc = concat!("Values of `", stringify!($rule), "`.")]
                pub $rule: $rule::Values,
            )*
        }

        impl SchemeLaw {
            fn load(scheme: Scheme, edition: &Edition) -> Result<Self, StatuteFault> {
                $(let $rule = $rule::Values::load(scheme, edition)?;)*
                Ok(Self { scheme, readings: edition.readings.clone(), $($rule,)* })
            }
        }
    };
}

scheme_law! {
    a004_cash_compensation,
    a004_deposit_months,
    a004_floor,
    a004_scheme_boundary,
    a005_insurance_annuity,
    a007_contribution,
    a008_deposit,
    a009_account_contribution,
    a009_refund,
    a010_day_count,
    a011_old_service,
    a012_account_leaving,
    a012_new_service,
    a014_limits,
    a015_reemployment,
    a016_lump_months,
    a017_voluntary,
    a018_downsizing,
    a019_mandatory,
    a020_ordered,
    a021_term_days,
    a026_kinds,
    a027_average_pay,
    a027_entitled_before,
    a028_account_payout,
    a019_minister_deposit,
    a028_old_scheme,
    a029_new_scheme,
    a030_account_injury,
    a033_account_survivors,
    a030_choice,
    a031_early_reduction,
    a031_index_number,
    a031_months_early,
    a031_starting_age,
    a032_injury,
    a034_compensation,
    a035_ceiling,
    a036_deposit_lump,
    a036_deposit_monthly,
    a037_replacement_rate,
    a040_savings,
    a041_downsizing_bonus,
    a043_survivor_order,
    a044_survivor_lump,
    a045_survivor_annuity,
    a046_deaths_before,
    a047_funeral_bases,
    a051_death_in_service,
    a054_death_benefit,
    a055_death_service,
    a056_months,
    a057_extra_lump,
    a058_account_divorce,
    a058_minor_children,
    a061_funeral_allowance,
    a062_death_order,
    a067_price_steps,
    a070_overpaid,
    a077_reemployed,
    a079_offences,
    a080_campus_assault,
    a082_divorce,
    a085_preserved,
    a088_filing,
    pay_point,
    plausibility,
    rounding,
}

impl SchemeLaw {
    /// A place in the act, as `act/article/paragraph`, for civil servants and teachers.
    pub(crate) fn cited(&self, civil: &str, teacher: &str) -> Citation {
        let place = match self.scheme {
            Scheme::Civil => civil,
            Scheme::Teacher => teacher,
        };
        Citation::parse(place).unwrap_or_else(|| panic!("{place} is a place in an act"))
    }
}

/// The law of one edition for both acts.
#[derive(Debug, Clone)]
pub struct Law {
    /// The day whose law this is, the readings and the proposed changes.
    pub edition: Edition,
    civil: SchemeLaw,
    teacher: SchemeLaw,
}

impl Law {
    /// The law as it stood on a day, open points answered by default.
    ///
    /// # Errors
    /// `law/` lacks a value that a rule names; a test keeps that from happening.
    pub fn on(day: Date) -> Result<Self, StatuteFault> {
        Self::of_edition(Edition::of(day))
    }

    /// The law of an edition.
    ///
    /// # Errors
    /// As [`Law::on`].
    pub fn of_edition(edition: Edition) -> Result<Self, StatuteFault> {
        let load = |scheme| SchemeLaw::load(scheme, &edition);
        Ok(Self { civil: load(Scheme::Civil)?, teacher: load(Scheme::Teacher)?, edition })
    }

    /// The act for somebody.
    pub fn of(&self, scheme: Scheme) -> &SchemeLaw {
        match scheme {
            Scheme::Civil => &self.civil,
            Scheme::Teacher => &self.teacher,
        }
    }
}

/// The law of a day for tests that ask many times.
#[cfg(test)]
pub(crate) static KEPT: std::sync::LazyLock<Law> = std::sync::LazyLock::new(|| {
    Law::on(time::macros::date!(2026 - 11 - 23)).expect("every value a rule names is kept")
});

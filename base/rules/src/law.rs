//! The law as it stood on one day, ready for many calculations.

use statute::{Readings, StatuteFault};
use time::Date;

use crate::s0080034::*;

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
                law: time::Date,
                readings: &statute::Readings,
            ) -> Result<Self, statute::StatuteFault> {
                $(let $field = {
                    let [civil, teacher] = [$civil, [$civil $(, $teacher)?][[$civil $(, $teacher)?].len() - 1]];
                    let key = match scheme {
                        $crate::Scheme::Civil => civil,
                        $crate::Scheme::Teacher => teacher,
                    };
                    statute::series(key, law, readings)?
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
            fn load(scheme: Scheme, law: Date, readings: &Readings) -> Result<Self, StatuteFault> {
                $(let $rule = $rule::Values::load(scheme, law, readings)?;)*
                Ok(Self { scheme, readings: readings.clone(), $($rule,)* })
            }
        }
    };
}

scheme_law! {
    a028_old_scheme,
    a029_new_scheme,
    a031_early_reduction,
    a037_replacement_rate,
    rounding,
}

/// The law of one day for both acts, under chosen readings.
#[derive(Debug, Clone)]
pub struct Law {
    /// The day whose law this is: what came into force later is not known to it.
    pub on: Date,
    civil: SchemeLaw,
    teacher: SchemeLaw,
}

impl Law {
    /// The law as it stood on a day.
    ///
    /// # Errors
    /// `law/` lacks a value that a rule names; a test keeps that from happening.
    pub fn on(day: Date, readings: &Readings) -> Result<Self, StatuteFault> {
        let load = |scheme| SchemeLaw::load(scheme, day, readings);
        Ok(Self { on: day, civil: load(Scheme::Civil)?, teacher: load(Scheme::Teacher)? })
    }

    /// The act for somebody.
    pub fn of(&self, scheme: Scheme) -> &SchemeLaw {
        match scheme {
            Scheme::Civil => &self.civil,
            Scheme::Teacher => &self.teacher,
        }
    }
}

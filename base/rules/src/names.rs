//! What the figures are called: the statute's term, and English.

use crate::Name;

macro_rules! names {
    ($($(#[doc = $doc:literal])* $constant:ident = $id:literal, $zh:literal, $en:literal;)*) => {
        $($(#[doc = $doc])* pub const $constant: Name = Name { id: $id, zh: $zh, en: $en };)*

        /// All of them.
        pub const ALL: &[Name] = &[$($constant),*];
    };
}

names! {
    /// Months of service credited before the new scheme.
    OLD_MONTHS = "old-months", "退撫新制實施前年資（月）", "old-scheme service, months";
    /// Months of service credited since the new scheme.
    NEW_MONTHS = "new-months", "退撫新制實施後年資（月）", "new-scheme service, months";
    /// All credited months.
    TOTAL_MONTHS = "total-months", "審定退休年資合計（月）", "credited service, months";
    /// 平均俸（薪）額, or the last pay where the act exempts from averaging.
    AVERAGE_PAY = "average-pay", "平均俸（薪）額", "average pay";
    /// 最後在職同等級人員本（年功）俸（薪）額.
    LAST_PAY = "last-pay", "最後在職同等級本（年功）俸（薪）額", "last pay of the grade";
    /// 基數.
    BASES = "bases", "基數", "bases";
    /// Share of a monthly pension.
    RATE = "rate", "給與百分比", "rate";
    /// 1 for the whole, or the part taken by who draws half of each.
    PART = "part", "支領比率", "part drawn";
    /// The full monthly pension.
    FULL_MONTHLY = "full-monthly", "全額月退休金", "full monthly pension";
    /// Months before the starting age.
    EARLY_MONTHS = "early-months", "提前月數", "months early";
    /// Day a payment is for.
    PAID_FOR = "paid-for", "給付日期", "paid for";
    /// 替代率.
    REPLACEMENT = "replacement", "退休所得替代率", "replacement rate";
}

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
    /// Pay with the allowances of profession and head.
    TOTAL_PAY = "total-pay", "俸（薪）給總額", "total pay";
    /// Months granted.
    BONUS_MONTHS = "bonus-months", "慰助金月數", "months of bonus";
    /// Whole months after an offer began.
    LATE_MONTHS = "late-months", "延後退離月數", "months of delay";
    /// Months worked again.
    WORKED_MONTHS = "worked-months", "再任月數", "months of re-employment";
    /// Lump sum for old-scheme service.
    OLD_LUMP = "old-lump", "退撫新制實施前年資一次給與", "lump sum for old-scheme service";
    /// Lump sum for new-scheme service.
    NEW_LUMP = "new-lump", "退撫新制實施後年資一次給與", "lump sum for new-scheme service";
    /// 配偶 who has not remarried.
    SPOUSE = "spouse", "未再婚配偶", "spouse";
    /// 子女.
    CHILDREN = "children", "子女", "children";
    /// 父母.
    PARENTS = "parents", "父母", "parents";
    /// 兄弟姊妹.
    SIBLINGS = "siblings", "兄弟姊妹", "brothers and sisters";
    /// 祖父母.
    GRANDPARENTS = "grandparents", "祖父母", "grandparents";
    /// 應領之一次退休金.
    ONE_TIME_PENSION = "one-time-pension", "應領之一次退休金", "one-time pension due";
    /// What has been drawn.
    DRAWN = "drawn", "已領月退休金（含補償金）及遺屬年金", "pensions and annuities drawn";
    /// Pay of the grade at death.
    CURRENT_PAY = "current-pay", "亡故時同等級現職人員本（年功）俸（薪）額", "current pay of the grade";
    /// 月退休金.
    PENSION = "pension", "月退休金", "monthly pension";
    /// 領受比率.
    SHARE = "share", "領受比率", "share";
    /// 退休所得上限金額.
    CEILING = "ceiling", "退休所得上限金額", "ceiling";
    /// 亡故日期.
    DIED_ON = "died-on", "亡故日期", "day of death";
    /// 婚姻關係存續月數.
    MARRIED_MONTHS = "married-months", "婚姻關係存續月數", "months of marriage";
    /// 本人重大交通違規行為.
    VIOLATION = "violation", "本人重大交通違規行為", "gross violation of traffic rules";
    /// Months paid out or refunded before.
    PAID_OUT_MONTHS = "paid-out-months", "曾領退離給與之年資（月）", "months paid out before";
    /// Months missing to a term.
    MISSING_MONTHS = "missing-months", "不足月數", "months missing";
    /// Months of a term.
    TERM_MONTHS = "term-months", "給與月數", "months of the term";
    /// 一次撫卹金.
    DEATH_LUMP = "death-lump", "一次撫卹金", "lump sum for death in service";
    /// 加給一次撫卹金.
    EXTRA_LUMP = "extra-lump", "加給一次撫卹金", "addition to the lump sum";
    /// 殮葬補助費.
    FUNERAL = "funeral", "殮葬補助費", "funeral allowance";
    /// The least pay that counts.
    LEAST_PAY = "least-pay", "最低俸（薪）額", "least pay that counts";
    /// 賸餘金額.
    LEFT_OVER = "left-over", "賸餘金額", "left over";
    /// Months before the starting age.
    EARLY_MONTHS = "early-months", "提前月數", "months early";
    /// Day a payment is for.
    PAID_FOR = "paid-for", "給付日期", "paid for";
    /// 替代率.
    REPLACEMENT = "replacement", "退休所得替代率", "replacement rate";
}

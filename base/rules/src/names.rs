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
    /// Average income of somebody unable to work.
    MONTHLY_INCOME = "monthly-income", "平均每月所得", "average monthly income";
    /// Full months of service by the day, no broken one.
    FULL_MONTHS = "full-months-served", "任職足月數", "full months of service";
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
    /// Contributions.
    CONTRIBUTED = "contributed", "繳付之退撫費用本息", "contributions";
    /// Interest on contributions.
    EARNED_INTEREST = "earned-interest", "孳息", "interest earned";
    /// 溢領金額.
    OVERPAID = "overpaid", "溢領金額", "overpaid";
    /// 日數.
    DAYS = "days", "日數", "days";
    /// First day of a cause.
    SINCE = "since", "起始日", "since";
    /// 再任每月薪酬總額.
    POST_PAY = "post-pay", "再任每月薪酬總額", "monthly pay of the post";
    /// 確定刑度.
    SENTENCE_MONTHS = "sentence-months", "確定刑度", "final sentence";
    /// 緩刑期滿未經撤銷.
    PROBATION_OVER = "probation-over", "緩刑期滿未經撤銷", "probation over and not revoked";
    /// 應領給與.
    DUE = "due", "應領給與", "benefit due";
    /// 剝奪或減少之比率.
    SHARE_LOST = "share-lost", "剝奪或減少之比率", "share lost";
    /// 判決確定日.
    FINAL_ON = "final-on", "判決確定日", "day the sentence became final";
    /// 判決書送達主管機關日.
    ARRIVED_ON = "arrived-on", "判決書送達主管機關日", "day the judgment arrived";
    /// 降級或減俸後之平均俸（薪）額.
    LOWER_PAY = "lower-pay", "降級或減俸後之平均俸（薪）額", "average pay with the penalty";
    /// 請求日.
    CLAIMED_ON = "claimed-on", "請求日", "day of the claim";
    /// 重疊月數.
    OVERLAP_MONTHS = "overlap-months", "重疊月數", "months of overlap";
    /// 重疊日數.
    OVERLAP_DAYS = "overlap-days", "重疊日數", "days of overlap";
    /// 撥繳日數.
    CONTRIBUTED_DAYS = "contributed-days", "撥繳日數", "days of contributions";
    /// 尚應扣減金額.
    OWED = "owed", "尚應扣減金額", "still owed";
    /// 個人專戶累積總金額.
    ACCOUNT = "account", "個人專戶累積總金額", "what the account holds";
    /// 末期金額.
    LAST_INSTALMENT = "last-instalment", "末期金額", "last instalment";
    /// 賸餘金額.
    LEFT_OVER = "left-over", "賸餘金額", "left over";
    /// First day of a time.
    FROM = "from", "起日", "from";
    /// The day after the last of a time.
    UNTIL = "until", "迄日之次日", "until";
    /// Actual service.
    SERVICE = "service", "任職年資", "service";
    /// Age in whole years.
    APPLICANT_AGE = "applicant-age", "年齡", "age";
    /// Actual service before the new scheme.
    OLD_SERVICE = "old-service", "舊制任職年資", "old-scheme service";
    /// Actual service since the new scheme.
    NEW_SERVICE = "new-service", "新制任職年資", "new-scheme service";
    /// Months served before the new scheme.
    SERVED_OLD = "served-old", "舊制任職月數", "old-scheme months served";
    /// Months served since the new scheme.
    SERVED_NEW = "served-new", "新制任職月數", "new-scheme months served";
    /// Months served.
    SERVED_MONTHS = "served-months", "任職月數", "months served";
    /// Whole years credited.
    CREDITED_YEARS = "credited-years", "可採計年資（整數年）", "whole years credited";
    /// Months that count towards fifteen years.
    SERVICE_FOR_CHOICE = "service-for-choice", "計入十五年之月數", "months that count towards fifteen years";
    /// Months paid for before.
    PAID_MONTHS = "paid-months", "已支給年資（月）", "months paid for before";
    /// Percentage paid before.
    PAID_RATE = "paid-rate", "已支給百分比", "percentage paid before";
    /// 出生日期.
    BORN_ON = "born-on", "出生日期", "day of birth";
    /// 退休生效日.
    EFFECTIVE_ON = "effective-on", "退休生效日", "effective day";
    /// Day the case reached the authority.
    FILED_ON = "filed-on", "送達日期", "filed on";
    /// The day the starting age is reached.
    STARTS_ON = "starts-on", "年滿起支年齡之日", "day of the starting age";
    /// Age of mandatory retirement of the post.
    MANDATORY_AGE = "mandatory-age", "屆齡退休年齡", "mandatory age";
    /// Sum of daily pay over the window.
    PAY_DAYS = "pay-days", "計算期間日數", "days of the window";
    /// First day of the window.
    WINDOW_FROM = "window-from", "計算期間首日", "first day of the window";
    /// Exact average.
    EXACT_AVERAGE = "exact-average", "按日加權平均", "average by the day";
    /// Months served by the last day before the act.
    MONTHS_BEFORE_ACT = "months-before-act", "施行前任職月數", "months served before the act";
    /// Months before the starting age.
    EARLY_MONTHS = "early-months", "提前月數", "months early";
    /// Day a payment is for.
    PAID_FOR = "paid-for", "給付日期", "paid for";
    /// 替代率.
    REPLACEMENT = "replacement", "退休所得替代率", "replacement rate";
    /// 公保一次養老給付 or lump sum that may be deposited.
    PRINCIPAL = "principal", "優惠存款金額", "deposit";
    /// 年息.
    YEARLY_RATE = "yearly-rate", "年息", "yearly rate";
    /// Monthly deposit interest.
    INTEREST = "interest", "每月優惠存款利息", "monthly deposit interest";
    /// Monthly interest before the act's rates.
    ORIGINAL_INTEREST = "original-interest", "原每月優惠存款利息", "original monthly deposit interest";
    /// 月補償金.
    COMPENSATION = "compensation", "月補償金", "monthly compensation";
    /// Old-scheme monthly pension.
    OLD_MONTHLY = "old-monthly", "退撫新制實施前年資月退休金", "old-scheme monthly pension";
    /// New-scheme monthly pension.
    NEW_MONTHLY = "new-monthly", "退撫新制實施後年資月退休金", "new-scheme monthly pension";
    /// 社會保險年金.
    ANNUITY = "annuity", "社會保險年金", "social insurance annuity";
    /// 每月退休所得.
    INCOME = "income", "每月退休所得", "monthly income";
    /// 原金額.
    ORIGINAL_INCOME = "original-income", "原金額", "original monthly income";
    /// 替代率上限金額.
    CEILING_AMOUNT = "ceiling", "替代率上限金額", "ceiling of the monthly income";
    /// 最低保障金額.
    FLOOR = "floor", "最低保障金額", "guaranteed minimum";
    /// What the income is cut down to.
    LIMIT = "limit", "扣減後每月退休所得", "income that is left";
    /// 優存利息 that is cut.
    CUT_INTEREST = "cut-interest", "扣減之優存利息", "interest cut";
    /// 月補償金 that is cut.
    CUT_COMPENSATION = "cut-compensation", "扣減之月補償金", "compensation cut";
    /// Old-scheme pension that is cut.
    CUT_OLD = "cut-old", "扣減之退撫新制實施前年資月退休金", "old-scheme pension cut";
    /// New-scheme pension that is cut.
    CUT_NEW = "cut-new", "扣減之退撫新制實施後年資月退休金", "new-scheme pension cut";
    /// Price steps on the old payer's amount.
    RAISE_OLD = "raise-old", "物價調整增加金額（退撫新制實施前年資）", "price steps, old scheme";
    /// Price steps on the fund's amount.
    RAISE_NEW = "raise-new", "物價調整增加金額（退撫新制實施後年資）", "price steps, new scheme";
    /// One of the amounts of a sum.
    ITEM = "item", "項目金額", "amount";
    /// Years missing to a term.
    YEARS_MISSING = "years-missing", "未滿之年數", "years missing";
    /// Interest of what keeps the full rate.
    BASE_INTEREST = "base-interest", "最低保障金額部分之利息", "interest of the part behind the minimum";
    /// Interest of what exceeds it.
    EXCESS_INTEREST = "excess-interest", "超出部分之利息", "interest of the rest";
    /// What is cut.
    EXCESS = "excess", "超出上限之金額", "excess over the ceiling";
    /// 俸點 or 薪額.
    PAY_POINT = "pay-point", "俸點（薪額）", "pay point";
    /// Amount being paid when a step is made.
    BEING_PAID = "being-paid", "調整時之給付金額", "amount being paid";
    /// What a step leaves out.
    LEFT_OUT = "left-out", "不調整之金額", "amount not raised";
    /// 累計成長率.
    GROWTH = "growth", "消費者物價指數累計成長率", "cumulative growth of prices";
    /// First day of the pension.
    RETIRED_ON = "retired-on", "退休生效日", "retirement";
    /// Months of 公保 before 1999-05-31.
    INSURED_OLD_MONTHS = "insured-old-months", "八十八年五月三十日以前保險年資（月）", "insurance before 1999-05-31, months";
    /// Months of 公保 since, before June 2014.
    INSURED_MIDDLE_MONTHS = "insured-middle-months", "其後至一百零三年五月保險年資（月）", "insurance up to May 2014, months";
    /// Months of 公保 since June 2014.
    INSURED_NEW_MONTHS = "insured-new-months", "一百零三年六月以後保險年資（月）", "insurance since June 2014, months";
    /// Months of insurance that are also credited service.
    INSURED_CREDITED_MONTHS = "insured-credited-months", "審定退休且參加保險之年資（月）", "insured months of credited service";
    /// All months of an insurance.
    INSURED_MONTHS = "insured-months", "參加社會保險總保險年資（月）", "all insured months";
    /// 養老給付月數.
    BENEFIT_MONTHS = "benefit-months", "養老給付月數", "months of benefit";
    /// 平均保俸額.
    INSURED_PAY = "insured-pay", "平均保俸額", "average insured pay";
    /// One-time benefit of an insurance.
    INSURANCE_LUMP = "insurance-lump", "一次養老（老年）給付", "one-time insurance benefit";
    /// 平均餘命.
    EXPECTANCY = "expectancy", "平均餘命（年）", "years of life left";
    /// Whole years of age at retirement.
    AGE = "age", "退休時年齡", "age at retirement";
    /// Base numbers already paid.
    BASES_PAID = "bases-paid", "已領基數", "base numbers already paid";
    /// What was already received.
    RECEIVED = "received", "已領金額", "already received";
    /// Whether the monthly compensation is still drawn from 2029 on.
    KEEPS_DRAWING = "keeps-drawing", "一百十八年以後仍領月補償金", "still draws the compensation from 2029 on";
    /// One-time amount due.
    DUE_ONCE = "due-once", "應領一次金額", "amount due at once";
    /// 牌告一年期定期存款固定利率.
    DEPOSIT_RATE = "deposit-rate", "牌告一年期定期存款固定利率", "bank's one-year deposit rate";
    /// 基本放款利率.
    LENDING_RATE = "lending-rate", "基本放款利率", "bank's base lending rate";
    /// Interest saved.
    INTEREST_SAVED = "interest-saved", "節省之優惠存款利息", "interest saved";
    /// Pension saved.
    PENSION_SAVED = "pension-saved", "節省之月退休金", "pension saved";
}

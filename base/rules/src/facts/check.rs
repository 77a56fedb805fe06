//! What contradicts itself, is missing or cannot be: all of it at once, before anything is calculated.

use kernel::Refusal;
use statute::Citation;
use time::Date;

use super::check_claims::check_account_scheme;
use super::{Benefit, Facts, Ground, Level, PaySpell, Post, Spell};
use crate::applicant::in_years;
use crate::months::{Span, birthday};
use crate::s0080034::{a004_scheme_boundary, a015_reemployment, a027_average_pay};
use crate::{Scheme, SchemeLaw, Stop};

/// Problems found so far.
pub(super) struct Found<'a> {
    pub(super) law: &'a SchemeLaw,
    pub(super) problems: Vec<Refusal>,
}

impl Found<'_> {
    pub(super) fn add(&mut self, field: &str, code: &'static str, (zh, en): (String, String), cited: Option<Citation>) {
        let refusal = Refusal::new(code, zh, en).field(field);
        self.problems.push(match cited {
            Some(place) => refusal.cite(place),
            None => refusal,
        });
    }

    pub(super) fn at(&self, civil: &str, teacher: &str) -> Option<Citation> {
        Some(self.law.cited(civil, teacher))
    }
}

impl Facts {
    /// All problems of the facts: contradictions, what is missing, days outside the known law. The order is that of the fields.
    ///
    /// # Errors
    /// A value of law that the check itself needs is missing.
    pub fn check(&self, law: &SchemeLaw) -> Result<Vec<Refusal>, Stop> {
        let mut found = Found { law, problems: Vec::new() };
        self.check_dates(&mut found)?;
        self.check_post(&mut found);
        self.check_ground(&mut found);
        self.check_service(&mut found)?;
        self.check_credited(&mut found)?;
        self.check_months(&mut found)?;
        self.check_earlier(&mut found);
        self.check_claims(&mut found)?;
        self.check_pay(&mut found)?;
        self.check_later(&mut found)?;
        Ok(found.problems)
    }

    fn check_dates(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        let (born, on) = (self.born_on, self.effective_on);
        if on <= born {
            let words = (format!("退休生效日{on}早於出生日期{born}"), format!("Retired on {on}, born on {born}"));
            found.add("effective_on", "pension/retired-before-born", words, found.at("s0080034/90/1", "h0150049/91/1"));
        }
        let oldest = found.law.plausibility.age_max.on(Date::MAX)?;
        if birthday(born, oldest.value.saturating_add(1)) <= on {
            let words = (
                format!("退休生效日{on}時已逾{}歲，請查明（資料檢核，非法規所定）", oldest.value),
                format!("Older than {} on {on}; a check of facts, not a rule of law", oldest.value),
            );
            found.add("born_on", "pension/too-old", words, Some(oldest.citation));
        }
        let earliest = found.law.plausibility.retirement_from.on(Date::MAX)?;
        if on < earliest.value {
            let words = (
                format!("退休生效日{on}早於退撫新制實施，不在已建置法規之範圍"),
                format!("{on} is before the new scheme, outside the law kept here"),
            );
            found.add("effective_on", "pension/outside-known-law", words, found.at("s0080034/4/1/1", "h0150049/4/1/1"));
        }
        Ok(())
    }

    fn check_post(&self, found: &mut Found<'_>) {
        let of_school = matches!(self.post, Post::Teacher | Post::College | Post::Staff);
        if of_school != (self.scheme == Scheme::Teacher) {
            let words =
                ("職務類別與適用之法律不符".to_owned(), "The kind of post does not belong to the act".to_owned());
            found.add("post", "pension/post", words, found.at("s0080034/3/1", "h0150049/3/1"));
        }
    }

    fn check_ground(&self, found: &mut Found<'_>) {
        let needed = [
            (
                self.ground == Ground::Ill && self.condition.is_none(),
                "condition",
                "傷病失能情形",
                ["s0080034/17/2", "h0150049/18/2"],
            ),
            (
                self.ground == Ground::Hazardous && self.hazardous.is_none(),
                "hazardous",
                "危勞職務之年齡",
                ["s0080034/17/3", "h0150049/18/3"],
            ),
            (
                self.ground == Ground::Indigenous && !self.indigenous,
                "indigenous",
                "原住民身分",
                ["s0080034/17/6", "h0150049/18/4"],
            ),
            (
                self.ground == Ground::OrderedInjury && self.injury.is_none(),
                "injury",
                "因公傷病情形",
                ["s0080034/21/2", "h0150049/23/2"],
            ),
            (
                self.ground == Ground::Severance && self.severance.is_none(),
                "severance",
                "資遣事由",
                ["s0080034/22/1", "h0150049/24/1"],
            ),
            (
                matches!(self.ground, Ground::Preserved | Ground::Combined) && self.left_on.is_none(),
                "left_on",
                "離職日期",
                ["s0080034/85/1", "h0150049/86/1"],
            ),
        ];
        for (missing, field, zh, [civil, teacher]) in needed {
            if missing {
                let words = (format!("缺{zh}"), format!("`{field}` is missing"));
                found.add(field, "pension/missing", words, found.at(civil, teacher));
            }
        }
        if self.ground == Ground::Severance && self.benefit != Benefit::Lump {
            let words = ("資遣僅發給一次給與".to_owned(), "Severance is a lump sum".to_owned());
            found.add("benefit", "pension/severance-lump", words, found.at("s0080034/42", "h0150049/42"));
        }
    }

    fn check_service(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        let place = found.at("s0080034/11", "h0150049/12");
        if self.service.is_empty() && self.credited.is_none() {
            let words = ("缺任職經歷或審定年資".to_owned(), "Neither service nor credited months are given".to_owned());
            found.add("service", "pension/missing", words, place);
        }
        if !self.service.is_empty() && self.credited.is_some() {
            let words =
                ("任職經歷與審定年資僅得擇一填列".to_owned(), "Give service or credited months, not both".to_owned());
            found.add("credited", "pension/service-twice", words, place);
        }
        let youngest = found.law.plausibility.service_age_min.on(Date::MAX)?;
        let grown = birthday(self.born_on, youngest.value);
        for (at, spell) in self.service.iter().enumerate() {
            self.check_spell(found, (at, spell), (youngest.value, grown, youngest.citation));
        }
        check_account_scheme(self, found);
        Ok(())
    }

    fn check_spell(
        &self,
        found: &mut Found<'_>,
        (at, spell): (usize, &Spell),
        (youngest, grown, not_law): (u32, Date, Citation),
    ) {
        let (from, until) = (spell.from, spell.until);
        let place = found.at("s0080034/11", "h0150049/12");
        if until <= from {
            let words = (format!("任職迄日{until}未晚於起日{from}"), format!("Service from {from} ends on {until}"));
            found.add("service", "pension/empty-service", words, place);
        }
        if from < self.born_on {
            let words = (format!("任職起日{from}早於出生日期"), format!("Service from {from} is before birth"));
            found.add("service", "pension/served-before-born", words, found.at("s0080034/90/1", "h0150049/91/1"));
        } else if from < grown {
            let words = (
                format!("任職起日{from}未滿{youngest}歲，請查明（資料檢核，非法規所定）"),
                format!("Service from {from} is before the age of {youngest}; a check of facts, not a rule of law"),
            );
            found.add("service", "pension/served-too-young", words, Some(not_law));
        }
        if until > self.effective_on {
            let words =
                (format!("任職迄日{until}晚於退休生效日"), format!("Service until {until} is after retirement"));
            found.add("service", "pension/served-after-retirement", words, found.at("s0080034/3/2", "h0150049/3/3"));
        }
        let own = Span { from, until };
        for other in &self.service[at + 1..] {
            if let Some(both) = own.overlap(Span { from: other.from, until: other.until }) {
                let words = (
                    format!("{}起至{}前一日之年資重疊，應擇一採計", both.from, both.until),
                    format!("Service overlaps from {} to before {}; only one counts", both.from, both.until),
                );
                found.add("service", "pension/overlapping-service", words, found.at("s0080035/12/3", "h0150051/13/3"));
            }
        }
    }

    fn check_credited(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        let Some(credited) = self.credited else { return Ok(()) };
        let limits = &found.law.a014_limits;
        let act_from = a027_average_pay::act_from(found.law)?;
        let on = self.effective_on.max(act_from);
        let most = match (self.effective_on < act_from, self.benefit) {
            (true, _) => limits.before_max.on(on)?,
            (false, Benefit::Lump) => limits.lump_max.on(on)?,
            (false, _) => limits.monthly_max.on(on)?,
        };
        let taught = self.scheme == Scheme::Teacher && self.effective_on < act_from;
        let longest = limits.teaching_max.on(on)?;
        let old_max = limits.old_max.on(on)?;
        let is_beyond = credited.total() > most.value || credited.old > old_max.value;
        if taught && is_beyond && credited.total() <= longest.value {
            let words = (
                "任教滿三十年而增核之退休年資，其給與標準尚未納入計算，請洽主管機關".to_owned(),
                "Service credited beyond the limits for thirty years of teaching is not calculated here".to_owned(),
            );
            found.add("credited", "pension/not-estimated", words, Some(longest.citation));
            return Ok(());
        }
        if credited.total() > most.value {
            let (years, months) = (in_years(most.value), credited.total());
            let words = (
                format!("審定年資{months}個月，逾採計上限{years}年"),
                format!("{months} credited months exceed the limit of {years} years"),
            );
            found.add("credited", "pension/too-many-years", words, Some(most.citation));
        }
        if credited.old > old_max.value {
            let (years, months) = (in_years(old_max.value), credited.old);
            let words = (
                format!("退撫新制實施前年資{months}個月，逾採計上限{years}年"),
                format!("{months} old-scheme months exceed the limit of {years} years"),
            );
            found.add("credited", "pension/too-many-years", words, Some(old_max.citation));
        }
        let boundary = a004_scheme_boundary::earliest(found.law, on)?;
        let possible = Span { from: boundary.value, until: self.effective_on }.months_begun();
        if credited.new > possible {
            let words = (
                format!("退撫新制實施後年資{}個月，超過實施日至退休生效日之{possible}個月", credited.new),
                format!("{} new-scheme months do not fit the {possible} since it began", credited.new),
            );
            found.add("credited", "pension/impossible-service", words, Some(boundary.citation));
        }
        Ok(())
    }

    /// No number of months, whatever it counts, is longer than a working life.
    fn check_months(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        let youngest = found.law.plausibility.service_age_min.on(Date::MAX)?;
        let life = Span { from: birthday(self.born_on, youngest.value), until: self.effective_on }.months_begun();
        let credited = self.credited.unwrap_or_default();
        let paid = a015_reemployment::paid_months(&self.earlier);
        let counts = [
            ("credited", credited.total()),
            ("earlier", paid.total()),
            ("other_sector_months", self.other_sector_months),
            ("private_school_months", self.private_school_months),
        ];
        for (field, months) in counts {
            if months > life {
                let words = (
                    format!("{months}個月超過滿{}歲至退休生效日之{life}個月（資料檢核，非法規所定）", youngest.value),
                    format!(
                        "{months} months do not fit the {life} since the age of {}; no rule of law",
                        youngest.value
                    ),
                );
                found.add(field, "pension/impossible-service", words, Some(youngest.citation));
            }
        }
        Ok(())
    }

    fn check_earlier(&self, found: &mut Found<'_>) {
        for earlier in &self.earlier {
            if earlier.on >= self.effective_on {
                let words = (
                    format!("前次退離給與日{}不早於本次退休生效日", earlier.on),
                    format!("The earlier payment of {} is not before this retirement", earlier.on),
                );
                found.add("earlier", "pension/earlier-later", words, found.at("s0080034/15/1", "h0150049/16/1"));
            }
            if a015_reemployment::paid_months(std::slice::from_ref(earlier)).total() == 0 && !earlier.worker {
                let words = ("前次退離給與缺核給年資".to_owned(), "The earlier payment names no months".to_owned());
                found.add("earlier", "pension/missing", words, found.at("s0080034/15/2", "h0150049/16/2"));
            }
        }
    }

    fn check_pay(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        let place = found.at("s0080034/4/1/2", "h0150049/4/1/2");
        let most = found.law.plausibility.pay_max.on(Date::MAX)?;
        let levels = self.pay.history.iter().map(|spell| spell.level);
        let averages = self.pay.average.map(Level::Amount);
        for level in levels.chain(averages).chain([self.pay.last]) {
            let implausible = matches!(level, Level::Amount(amount) if !(1..=most.value).contains(&amount));
            if implausible {
                let words = (
                    format!("俸（薪）額應為1至{}元，請查明（資料檢核，非法規所定）", most.value),
                    format!("Pay is from 1 to {} NT dollars; a check of facts, not a rule of law", most.value),
                );
                found.add("pay", "pension/implausible-pay", words, Some(most.citation));
            } else if let Some(rank) = level.unknown_rank(found.law) {
                let words =
                    (format!("俸額表沒有「{rank}」這個俸點（薪額）"), format!("The pay table has no rank \"{rank}\""));
                found.add("pay", "pension/no-such-pay-point", words, place);
            }
        }
        for (at, spell) in self.pay.history.iter().enumerate() {
            let PaySpell { from, until, .. } = *spell;
            if until <= from || until > self.effective_on {
                let words = (
                    format!("俸額期間{from}至{until}有誤，應早於退休生效日"),
                    format!("The time of pay from {from} to {until} is not one before retirement"),
                );
                found.add("pay", "pension/pay-time", words, place);
            }
            let own = Span { from, until };
            if self.pay.history[at + 1..]
                .iter()
                .any(|other| own.overlap(Span { from: other.from, until: other.until }).is_some())
            {
                let words = (format!("自{from}起之俸額期間重疊"), format!("Times of pay from {from} overlap"));
                found.add("pay", "pension/pay-overlap", words, place);
            }
        }
        Ok(())
    }
}

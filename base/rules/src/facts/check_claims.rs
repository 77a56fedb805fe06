//! What somebody claims beside service and pay: nationality, listed ages, the day of leaving, deposits and insurance.

use statute::{Citation, Rational, Valued};
use time::Date;

use super::check::Found;
use super::{Bar, Benefit, Facts, Ground, Post, ServiceKind, Spell, Standing};
use crate::months::{Span, birthday};
use crate::s0080034::{a012_new_service, a015_reemployment, a017_voluntary, a019_mandatory, a027_average_pay};
use crate::{Scheme, Stop};

impl Facts {
    /// Problems of what is claimed.
    pub(super) fn check_claims(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        self.check_nationality(found);
        self.check_listed_ages(found)?;
        self.check_extended(found);
        self.check_leaving(found);
        self.check_contributions(found)?;
        self.check_earlier_bases(found);
        self.check_sums(found)
    }

    fn check_nationality(&self, found: &mut Found<'_>) {
        if self.foreign && self.scheme == Scheme::Civil {
            let words = (
                "未具中華民國國籍者，喪失申請退撫給與之權利".to_owned(),
                "Without the nationality of the Republic of China there is no right to a pension".to_owned(),
            );
            found.add("foreign", "pension/no-nationality", words, found.at("s0080034/75/1/3", "h0150049/75/1/3"));
        }
        if self.barred == Some(Bar::Dismissal) && self.scheme == Scheme::Civil {
            let words =
                ("停聘、解聘或不續聘限教職員".to_owned(), "Only school staff are dismissed in this way".to_owned());
            found.add("barred", "pension/barred", words, found.at("s0080034/24/1", "h0150049/25/1/4"));
        }
    }

    fn check_listed_ages(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        let Some(listed) = self.hazardous else { return Ok(()) };
        let on = self.effective_on.max(a027_average_pay::act_from(found.law)?);
        for refused in [
            a017_voluntary::listed_age(found.law, listed, on).err(),
            a019_mandatory::age_of(found.law, Some(listed), on).err(),
        ] {
            match refused {
                Some(Stop::Refused(refusal)) => found.problems.push(*refusal),
                Some(missing) => return Err(missing),
                None => {}
            }
        }
        Ok(())
    }

    fn check_extended(&self, found: &mut Found<'_>) {
        if self.extended && self.post != Post::College {
            let words = (
                "得延長服務者限專科以上學校校長、教授及副教授".to_owned(),
                "Only heads and professors of colleges and universities are kept on".to_owned(),
            );
            found.add("extended", "pension/extended", words, found.at("s0080034/19/1", "h0150049/20/3"));
        }
    }

    /// Who left and claims later has no service since, and left before claiming.
    fn check_leaving(&self, found: &mut Found<'_>) {
        let Some(left_on) = self.left_on.filter(|_| matches!(self.ground, Ground::Preserved | Ground::Combined)) else {
            return;
        };
        let served_since = self.service.iter().any(|spell| spell.until > left_on);
        if left_on > self.effective_on || served_since {
            let words = (
                format!("離職日{left_on}晚於請領日，或早於任職迄日"),
                format!("Left on {left_on}: after the claim, or before service ended"),
            );
            found.add("left_on", "pension/left-on", words, found.at("s0080034/85/1", "h0150049/86/1"));
        }
    }

    /// Whether contributions were paid is stated where the post does not pay them by itself.
    fn check_contributions(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        let on = self.effective_on.max(a027_average_pay::act_from(found.law)?);
        for spell in self.service.iter().filter(|spell| spell.standing == Standing::Open) {
            let since = a012_new_service::new_part(found.law, spell, (on, spell.until))?.is_some();
            if since && spell.contributed.is_none() && !spell.kind.contributes() && spell.kind != ServiceKind::Irregular
            {
                let words = (
                    format!("自{}起之年資屬退撫新制實施後者，應填明是否已補繳退撫基金費用", spell.from),
                    format!(
                        "State whether contributions were paid for the service from {} since the new scheme",
                        spell.from
                    ),
                );
                found.add("service", "pension/missing", words, place_of_contributions(found, spell));
            }
            let end = a012_new_service::political_end(found.law, on)?;
            if spell.kind == ServiceKind::Political && spell.is_contributed() && spell.until > end.value {
                let words = (
                    format!("{}以後之政務人員年資不予併計，請分段填列並註明未繳費", end.value),
                    format!(
                        "Service as a political appointee since {} does not count; give it apart as not contributed",
                        end.value
                    ),
                );
                found.add("service", "pension/political-service", words, Some(end.citation));
            }
        }
        Ok(())
    }

    fn check_earlier_bases(&self, found: &mut Found<'_>) {
        let nothing = Rational::from_integer(0);
        for earlier in self.earlier.iter().filter(|earlier| !earlier.worker) {
            let contradicted =
                earlier.old_bases.is_some_and(|bases| bases < nothing || earlier.paid.old == 0 && bases > nothing);
            if contradicted {
                let words = (
                    "前次核給之退撫新制實施前基數與年資不符".to_owned(),
                    "The base numbers paid earlier contradict the service they were paid for".to_owned(),
                );
                found.add("earlier", "pension/earlier-bases", words, found.at("s0080034/15/3/1", "h0150049/16/3/1"));
            }
        }
        let draws_lump =
            matches!(self.benefit, Benefit::Lump | Benefit::Half | Benefit::HalfDeferred | Benefit::HalfReduced);
        let paid_old = a015_reemployment::paid_months(&self.earlier).old > 0;
        if draws_lump && paid_old && a015_reemployment::paid_bases(&self.earlier).is_none() {
            let refusal = a015_reemployment::bases_missing(found.law);
            found.problems.push(refusal);
        }
    }

    /// Amounts and months that no deposit and no insurance has.
    fn check_sums(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        let most = found.law.plausibility.amount_max.on(Date::MAX)?;
        let youngest = found.law.plausibility.service_age_min.on(Date::MAX)?;
        let deposit = self.deposit.unwrap_or_default();
        let insurance = self.insurance.unwrap_or_default();
        let amounts = [
            ("deposit", deposit.insurance_principal),
            ("deposit", deposit.lump_principal),
            ("insurance", insurance.lump.unwrap_or_default()),
        ];
        let earlier = self.earlier.iter().flat_map(|earlier| {
            let income = earlier.income.unwrap_or_default();
            [income.interest, income.compensation, income.old, income.new, earlier.last_pay.unwrap_or_default()]
        });
        for (field, amount) in amounts.into_iter().chain(earlier.map(|amount| ("earlier", amount))) {
            if !(0..=most.value).contains(&amount) {
                implausible(found, field, amount, most);
            }
        }
        let life = Span { from: birthday(self.born_on, youngest.value), until: self.effective_on }.months_begun();
        if insurance.months > life || insurance.old_months.max(insurance.credited_months) > insurance.months {
            let words = (
                format!("保險年資{}個月與所填退撫新制實施前及審定之月數或年齡不符", insurance.months),
                format!("{} insured months contradict their parts or the age", insurance.months),
            );
            found.add("insurance", "pension/insured-months", words, Some(youngest.citation));
        }
        if insurance.annuity && (insurance.lump.is_none() || insurance.months == 0) {
            let words = (
                "領取社會保險年金者，應填總保險年資及一次給付金額".to_owned(),
                "Who draws an annuity states the insured months and the one-time benefit".to_owned(),
            );
            found.add("insurance", "pension/missing", words, found.at("s0080035/5/1", "h0150051/4/1"));
        }
        Ok(())
    }
}

fn implausible(found: &mut Found<'_>, field: &str, amount: i64, most: &Valued<i64>) {
    let words = (
        format!("金額{amount}元應為0至{}元，請查明（資料檢核，非法規所定）", most.value),
        format!("{amount} NT dollars: an amount is from 0 to {}; a check of facts, not a rule of law", most.value),
    );
    found.add(field, "pension/implausible-amount", words, Some(most.citation));
}

/// First appointed since the account scheme, if in no earlier post: then another act holds.
pub(super) fn check_account_scheme(facts: &Facts, found: &mut Found<'_>) {
    let appointed = facts.service.iter().filter(|spell| spell.kind.is_appointment()).map(|spell| spell.from);
    let settled = facts.earlier.iter().filter(|earlier| !earlier.worker).map(|earlier| earlier.on);
    let Some(first) = appointed.chain(settled).min() else { return };
    let Some(from) = found.law.plausibility.account_scheme_from.get(first) else { return };
    let words = (
        format!("{}以後初任者適用個人專戶制，不適用本法退休金規定", from.value),
        format!("First appointed on or after {}: the personal account scheme, not this act", from.value),
    );
    found.add("service", "pension/account-scheme", words, found.at("s0080034/93/1", "h0150049/98/1"));
}

fn place_of_contributions(found: &Found<'_>, spell: &Spell) -> Option<Citation> {
    match spell.kind {
        ServiceKind::Conscript => found.at("s0080034/12/1/4", "h0150049/13/1/5"),
        _ => found.at("s0080034/12/1/6", "h0150049/13/1/6"),
    }
}

#[cfg(test)]
mod tests {
    use crate::law::KEPT;

    use super::*;

    const GOOD: &str = "scheme = \"civil\"\nborn_on = 1964-05-20\neffective_on = 2029-07-16\nground = \"mandatory\"\nbenefit = \"lump\"\n\
                        service = [{ from = 1990-08-01, until = 2029-07-16, kind = \"civil\" }]\npay = { last = { point = 590 }, average = 44970 }\n";

    /// Codes and fields of the problems of the good facts with lines replaced or added.
    fn found(lines: &[&str]) -> Vec<(&'static str, String)> {
        let key = |line: &str| line.split_once(' ').unwrap().0.to_owned();
        let kept = GOOD.lines().filter(|line| !lines.iter().any(|new| key(new) == key(line)));
        let text = kept.chain(lines.iter().copied()).collect::<Vec<_>>().join("\n");
        let facts: Facts = toml::from_str(&text).unwrap();
        let problems = facts.check(KEPT.of(facts.scheme)).unwrap();
        problems.into_iter().map(|why| (why.code, why.field.unwrap())).collect()
    }

    fn codes(lines: &[&str]) -> Vec<&'static str> {
        found(lines).into_iter().map(|(code, _)| code).collect()
    }

    #[test]
    fn what_the_act_does_not_know_is_not_passed_over() {
        assert_eq!(codes(&[]), [""; 0]);
        assert_eq!(codes(&["foreign = true"]), ["pension/no-nationality"]);
        assert_eq!(codes(&["barred = \"dismissal\""]), ["pension/barred"]);
        assert_eq!(codes(&["extended = true"]), ["pension/extended"]);
        let teacher = ["scheme = \"teacher\"", "foreign = true", "barred = \"dismissal\"", "extended = true"];
        assert_eq!(codes(&[&teacher[..], &["post = \"college\""]].concat()), [""; 0]);
        assert_eq!(codes(&[&teacher[..], &["post = \"staff\""]].concat()), ["pension/extended"]);
    }

    #[test]
    fn listed_ages_lie_within_the_act() {
        let listed = |ages: &str| codes(&[&format!("hazardous = {{ {ages} }}")]);
        assert_eq!((listed("voluntary_age = 50"), listed("voluntary_age = 60")), (vec![], vec![]));
        for ages in ["voluntary_age = 49", "voluntary_age = 61", "voluntary_age = 50, mandatory_age = 54"] {
            assert_eq!(listed(ages), ["pension/listed-age"], "{ages}");
        }
        let teacher =
            ["scheme = \"teacher\"", "post = \"teacher\"", "hazardous = { voluntary_age = 55, mandatory_age = 60 }"];
        assert_eq!(codes(&teacher), ["pension/listed-age"]);
    }

    #[test]
    fn who_left_has_not_served_since() {
        let claim = |left_on: &str| {
            let service = "service = [{ from = 2000-08-01, until = 2020-01-01, kind = \"civil\" }]";
            codes(&["ground = \"preserved\"", service, &format!("left_on = {left_on}")])
        };
        assert_eq!((claim("2020-01-01"), claim("2019-12-31")), (vec![], vec!["pension/left-on"]));
        assert_eq!((claim("2029-07-16"), claim("2029-07-17")), (vec![], vec!["pension/left-on"]));
    }

    #[test]
    fn contributions_paid_later_are_stated() {
        let more = |spell: &str| {
            codes(&[&format!(
                "service = [{{ from = 2006-08-01, until = 2029-07-16, kind = \"civil\" }}, {{ {spell} }}]"
            )])
        };
        let days = "from = 2003-01-01, until = 2004-01-01";
        for kind in ["conscript", "employee", "public-enterprise", "approved", "military-civilian"] {
            assert_eq!(more(&format!("{days}, kind = \"{kind}\"")), ["pension/missing"], "{kind}");
            assert_eq!(more(&format!("{days}, kind = \"{kind}\", contributed = true")), [""; 0], "{kind}");
            assert_eq!(
                more(&format!("from = 1993-01-01, until = 1995-07-01, kind = \"{kind}\"")),
                [""; 0],
                "old scheme"
            );
        }
        assert_eq!(more(&format!("{days}, kind = \"conscript\", standing = \"suspended\"")), [""; 0]);
        for kind in ["military", "teacher", "irregular"] {
            assert_eq!(more(&format!("{days}, kind = \"{kind}\"")), [""; 0], "{kind}");
        }
        assert_eq!(more(&format!("{days}, kind = \"political\"")), [""; 0]);
        let longer = "from = 2003-01-01, until = 2004-01-02, kind = \"political\"";
        assert_eq!(more(longer), ["pension/political-service"]);
        assert_eq!(more(&format!("{longer}, contributed = false")), [""; 0]);
    }

    #[test]
    fn conscription_is_no_first_appointment() {
        let first = |spell: &str| {
            let service =
                format!("service = [{{ from = 2023-09-01, until = 2029-07-16, kind = \"civil\" }}, {{ {spell} }}]");
            codes(&[&service])
        };
        let before = "from = 2021-09-01, until = 2022-09-01, contributed = true";
        assert_eq!(first(&format!("{before}, kind = \"conscript\"")), ["pension/account-scheme"]);
        assert_eq!(first(&format!("{before}, kind = \"irregular\"")), ["pension/account-scheme"]);
        assert_eq!(first(&format!("{before}, kind = \"military\"")), [""; 0]);
        let again = "earlier = [{ on = 2010-01-16, paid = { new = 120 } }]";
        let service = "service = [{ from = 2023-09-01, until = 2029-07-16, kind = \"civil\" }]";
        assert_eq!((codes(&[service]), codes(&[service, again])), (vec!["pension/account-scheme"], vec![]));
    }

    #[test]
    fn what_was_paid_before_comes_with_its_base_numbers() {
        let earlier = |paid: &str| format!("earlier = [{{ on = 2000-01-01, paid = {{ old = 264 }}{paid} }}]");
        assert_eq!(codes(&[&earlier(", old_bases = \"44\"")]), [""; 0]);
        assert_eq!(codes(&[&earlier(", old_bases = \"-44\"")]), ["pension/earlier-bases"]);
        assert_eq!(codes(&[&earlier("")]), ["pension/missing"]);
        assert_eq!(codes(&[&earlier(", worker = true")]), [""; 0]);
        assert_eq!(codes(&[&earlier(""), "benefit = \"monthly\""]), [""; 0], "a monthly pension goes by months");
        assert_eq!(codes(&[&earlier(", old_bases = \"61.00001\"")]), [""; 0]);
        for bases in ["100000001", "1/9223372036854775807", "-9223372036854775808/-1"] {
            let line = earlier(&format!(", old_bases = \"{bases}\""));
            assert!(toml::from_str::<Facts>(&format!("{GOOD}{line}")).is_err(), "{bases}");
        }
        let nothing_for_it = "earlier = [{ on = 2000-01-01, paid = { new = 12 }, old_bases = \"1\" }]";
        assert_eq!(codes(&[nothing_for_it]), ["pension/earlier-bases"]);
    }

    #[test]
    fn amounts_and_insured_months_that_cannot_be() {
        let problem = |line: &str| found(&[line]).into_iter().next();
        for (line, field) in [
            ("deposit = { insurance_principal = -1 }", "deposit"),
            ("deposit = { lump_principal = 100000001 }", "deposit"),
            ("deposit = { lump_principal = 9223372036854775807 }", "deposit"),
            ("insurance = { lump = -1 }", "insurance"),
            (
                "earlier = [{ on = 2000-01-01, paid = { new = 12 }, last_pay = 50000, income = { new = -1 } }]",
                "earlier",
            ),
            ("earlier = [{ on = 2000-01-01, paid = { new = 12 }, last_pay = 100000001 }]", "earlier"),
        ] {
            assert_eq!(problem(line), Some(("pension/implausible-amount", field.to_owned())), "{line}");
        }
        assert_eq!(problem("deposit = { insurance_principal = 0, lump_principal = 100000000 }"), None);
        for line in
            ["months = 10, old_months = 11", "months = 10, credited_months = 11", "months = 603", "old_months = 1"]
        {
            let line = format!("insurance = {{ {line} }}");
            assert_eq!(problem(&line).unwrap().0, "pension/insured-months", "{line}");
        }
        assert_eq!(problem("insurance = { months = 602, old_months = 602, credited_months = 602 }"), None);
        assert_eq!(problem("insurance = { annuity = true, months = 10 }").unwrap().0, "pension/missing");
        assert_eq!(problem("insurance = { annuity = true, lump = 1 }").unwrap().0, "pension/missing");
        assert_eq!(problem("insurance = { annuity = true, months = 10, lump = 1 }"), None);
    }
}

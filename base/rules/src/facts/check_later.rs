//! Contradictions in what comes after retirement: events, death, those left behind.

use time::Date;

use super::check::Found;
use super::{Benefit, Employer, Event, Facts, Ground, Relation};
use crate::Stop;

type Words = (&'static str, &'static str);

impl Facts {
    pub(super) fn check_later(&self, found: &mut Found<'_>) -> Result<(), Stop> {
        self.check_death(found);
        let most = found.law.plausibility.pay_max.on(Date::MAX)?;
        let plausible = 1..=most.value;
        for event in &self.events {
            if let Some((code, words, civil, teacher)) = self.event_problem(*event, &plausible) {
                let place = found.at(civil, teacher);
                found.add("events", code, owned(words), place);
            }
        }
        for earlier in &self.earlier {
            if earlier.income.is_some() && earlier.last_pay.is_none() {
                let words = ("前次退休支領月退休金者，應填其最後在職俸（薪）額", "`income` needs `last_pay`");
                let place = found.at("s0080035/36/2", "h0150051/37/2");
                found.add("earlier", "pension/missing", owned(words), place);
            }
        }
        Ok(())
    }

    fn check_death(&self, found: &mut Found<'_>) {
        let in_service = self.ground == Ground::Death;
        let mut wrong = |is: bool, field: &str, code, words: Words, (civil, teacher): (&str, &str)| {
            if is {
                let place = found.at(civil, teacher);
                found.add(field, code, owned(words), place);
            }
        };
        let (death, order) = (("s0080034/52", "h0150049/52"), ("s0080034/43/1", "h0150049/43/1"));
        wrong(
            in_service && self.death.is_none(),
            "death",
            "pension/missing",
            ("缺死亡原因", "`death` is missing"),
            death,
        );
        wrong(
            !in_service && self.death.is_some(),
            "death",
            "pension/death",
            ("死亡原因僅用於在職死亡", "`death` belongs to the ground `death` only"),
            death,
        );
        let kinds = matches!(self.benefit, Benefit::Lump | Benefit::Monthly);
        wrong(
            in_service && !kinds,
            "benefit",
            "pension/death",
            (
                "在職死亡僅有撫卹金（monthly）或改按一次退休金標準（lump）",
                "After a death in service: `monthly` or `lump`",
            ),
            ("s0080034/60/1", "h0150049/60/1"),
        );
        let before = self.died_on.is_some_and(|day| in_service || day < self.effective_on);
        wrong(
            before,
            "died_on",
            "pension/death",
            (
                "亡故日期不得早於退休生效日；在職死亡者應以在職死亡為事由",
                "Who dies before retirement has the ground `death`",
            ),
            ("s0080034/51/1", "h0150049/51/1"),
        );
        let spouses = self.survivors.iter().filter(|survivor| survivor.relation == Relation::Spouse);
        wrong(spouses.count() > 1, "survivors", "pension/survivors", ("配偶僅得有一人", "More than one spouse"), order);
        let died_on =
            self.died_on.or(in_service.then(|| self.effective_on.previous_day()).flatten()).unwrap_or(Date::MAX);
        let late = self.survivors.iter().any(|survivor| {
            let days = survivor.born_on.into_iter().chain(survivor.married_on);
            days.into_iter().any(|day| day > died_on)
        });
        wrong(
            late,
            "survivors",
            "pension/survivors",
            ("遺族之出生或結婚日期晚於亡故日期", "Born or married after the death"),
            order,
        );
        let nothing = statute::Rational::from_integer(0);
        let below = self.survivors.iter().filter_map(|survivor| survivor.will).any(|share| share < nothing);
        wrong(
            below,
            "survivors",
            "pension/survivors",
            ("遺囑指定之比率不得為負", "A share by the will is below nothing"),
            ("s0080034/48/1", "h0150049/48/1"),
        );
    }

    fn event_problem(
        &self,
        event: Event,
        plausible: &std::ops::RangeInclusive<i64>,
    ) -> Option<(&'static str, Words, &'static str, &'static str)> {
        let ends_early = |from: Date, until: Option<Date>| until.is_some_and(|until| until <= from);
        let empty: Words = ("事件迄日未晚於起日", "An event ends before it begins");
        Some(match event {
            Event::ReEmployed(post) if ends_early(post.from, post.until) => {
                ("pension/empty-event", empty, "s0080034/77/1", "h0150049/77/1")
            }
            Event::ReEmployed(post) if post.from < self.effective_on => {
                let words = ("再任起日早於退休生效日", "Employed again before retirement");
                ("pension/event-time", words, "s0080034/77/1", "h0150049/77/1")
            }
            Event::ReEmployed(post)
                if matches!(post.employer, Employer::Founded | Employer::Endowed) != post.share.is_some() =>
            {
                let words = (
                    "政府出資比率應填於（且僅填於）受出資之財團法人或事業",
                    "`share` goes with a founded or endowed employer",
                );
                ("pension/missing", words, "s0080034/77/1/2", "h0150049/77/1/2")
            }
            Event::ReEmployed(post) if post.pay < 0 => {
                let words = ("再任薪酬不得為負", "The pay of a post is below nothing");
                ("pension/implausible-pay", words, "s0080034/77/1", "h0150049/77/1")
            }
            Event::HeldBack(cause) if ends_early(cause.from, cause.until) => {
                ("pension/empty-event", empty, "s0080034/71", "h0150049/71")
            }
            Event::Stopped(cause) if ends_early(cause.from, cause.until) => {
                ("pension/empty-event", empty, "s0080034/76/1", "h0150049/76/1")
            }
            Event::Demoted(judgment)
                if !plausible.contains(&judgment.average) || !plausible.contains(&judgment.last) =>
            {
                let words = ("降級或減俸後之俸（薪）額不合理", "The lower pay is implausible");
                ("pension/implausible-pay", words, "s0080034/80/1", "h0150049/81/1")
            }
            Event::Divorced(divorce)
                if divorce.ended_on <= divorce.married_on
                    || divorce.claimed_on < divorce.ended_on
                    || divorce.regime_from.is_some_and(|from| from < divorce.married_on || from > divorce.ended_on)
                    || divorce.known_on.is_some_and(|known| known > divorce.claimed_on) =>
            {
                let words = (
                    "結婚、離婚、知悉及請求日期之先後有誤",
                    "Marriage, divorce, knowledge and claim do not follow each other",
                );
                ("pension/event-time", words, "s0080034/82/1", "h0150049/83/1")
            }
            _ => return None,
        })
    }
}

fn owned((zh, en): Words) -> (String, String) {
    (zh.to_owned(), en.to_owned())
}

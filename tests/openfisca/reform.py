"""The reform run of `renshi pension reform`, made with OpenFisca-core: the same population, the same quantities, a small model.

    python reform.py POPULATION.csv [FIRST_YEAR] [YEARS]

For each year and each of the two laws (annex 3 falling by the year, annex 3 frozen at column 112): months paid, and the sum of the monthly
incomes paid. Old- and new-scheme pension, reduction for drawing early, ceiling and cut are modelled; deposits, price steps, the floor and
the steps that explain a figure are not, so this does less than the run it stands beside. Figures are float64 and rounded up as ours.
"""

import csv
import resource
import sys
import time

import numpy as np
from openfisca_core import periods
from openfisca_core.entities import build_entity
from openfisca_core.parameters import ParameterNode
from openfisca_core.periods import DateUnit
from openfisca_core.simulations import SimulationBuilder
from openfisca_core.taxbenefitsystems import TaxBenefitSystem
from openfisca_core.variables import Variable

Person = build_entity(key="person", plural="persons", label="A pensioner", is_person=True)
INPUTS = ("old_months", "new_months", "early_months", "average_pay", "last_pay", "part", "first_month", "end_month", "retired_before_act", "teacher")
FALLING = {2018: 45.0, 2020: 43.5, 2021: 42.0, 2022: 40.5, 2023: 39.0, 2024: 37.5, 2025: 36.0, 2026: 34.5, 2027: 33.0, 2028: 31.5, 2029: 30.0}
FROZEN = {year: rate for year, rate in FALLING.items() if year < 2026} | {2026: 39.0}


def given(name):
    return type(name, (Variable,), {"value_type": float, "entity": Person, "definition_period": DateUnit.ETERNITY})


class gross(Variable):
    """Old- and new-scheme monthly pension after the reduction for drawing early, NT dollars."""

    value_type = float
    entity = Person
    definition_period = DateUnit.ETERNITY

    def formula(persons, period):
        old, new = persons("old_months", period), persons("new_months", period)
        pay, part = persons("average_pay", period), persons("part", period)
        left = 1 - persons("early_months", period) * 4 / 1200
        rate_old = np.minimum(90, np.minimum(old, 180) * 5 / 12 + np.maximum(old - 180, 0) / 12) / 100
        within = np.minimum(new, np.maximum(420 - old, 0))
        rate_new = np.minimum(75, within / 6 + (new - within) / 12) / 100
        first = np.where(old > 0, (pay * rate_old + 930) * part * left, 0)
        return np.ceil(np.round(first, 6)) + np.ceil(np.round(pay * 2 * rate_new * part * left, 6))


class months_paid(Variable):
    """Months of the year for which a pension is paid."""

    value_type = float
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(persons, period):
        january = period.start.year * 12
        first = np.maximum(persons("first_month", period), january)
        return np.clip(np.minimum(persons("end_month", period), january + 12) - first, 0, 12)


class income(Variable):
    """What is paid in the year, NT dollars."""

    value_type = float
    entity = Person
    definition_period = DateUnit.YEAR

    def formula(persons, period, parameters):
        months = persons("old_months", period) + persons("new_months", period)
        most = np.where((persons("retired_before_act", period) > 0) & (persons("teacher", period) == 0), 420, 480)
        months = np.clip(months, 180, most)
        annex = parameters(period).annex
        rate = annex.first + np.minimum(months - 180, 240) / 12 * annex.per_year + np.maximum(months - 420, 0) / 12 * annex.per_year_beyond
        ceiling = np.ceil(np.round(2 * persons("last_pay", period) * rate / 100 * persons("part", period), 6))
        return np.minimum(persons("gross", period), ceiling) * persons("months_paid", period)


def system(first_row):
    law = TaxBenefitSystem([Person])
    law.add_variables(*[given(name) for name in INPUTS], gross, months_paid, income)
    values = {f"{year}-01-01": {"value": rate} for year, rate in first_row.items()}
    fixed = lambda value: {"values": {"2018-01-01": {"value": value}}}
    annex = {"first": {"values": values}, "per_year": fixed(1.5), "per_year_beyond": fixed(0.5)}
    law.parameters = ParameterNode("", data={"annex": annex})
    return law


def month(day):
    year, number, _ = day.split("-")
    return int(year) * 12 + int(number) - 1


def population(path):
    parts = {"monthly": 1.0, "half": 0.5}
    columns = {name: [] for name in INPUTS}
    with open(path, newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["draws"] not in parts or row["post"] != "general":
                continue
            for name in ("old_months", "new_months", "early_months", "average_pay", "last_pay"):
                columns[name].append(float(row[name]))
            columns["part"].append(parts[row["draws"]])
            columns["first_month"].append(month(row["retired_on"]))
            columns["end_month"].append(month(row["paid_until"]))
            columns["retired_before_act"].append(float(row["retired_on"] < "2018-07-01"))
            columns["teacher"].append(float(row["scheme"] == "teacher"))
    return {name: np.array(values, dtype=np.float64) for name, values in columns.items()}


def simulate(law, columns, years):
    simulation = SimulationBuilder().build_default_simulation(law, count=len(columns["part"]))
    for name, values in columns.items():
        simulation.set_input(name, periods.period("ETERNITY"), values)
    return {year: simulation.calculate("income", str(year)).astype(np.float64) for year in years}


def main():
    path = sys.argv[1]
    first, count = int(sys.argv[2]) if len(sys.argv) > 2 else 2026, int(sys.argv[3]) if len(sys.argv) > 3 else 30
    started = time.monotonic()
    columns = population(path)
    loaded = time.monotonic()
    years = range(first, first + count)
    falling = simulate(system(FALLING), columns, years)
    frozen = simulate(system(FROZEN), columns, years)
    for year in years:
        before, after = falling[year], frozen[year]
        gain, lose = int((after > before).sum()), int((after < before).sum())
        print(f"{year}  {before.sum():>18,.0f}  {after.sum():>18,.0f}  {gain:>9,} {lose:>9,}")
    done = time.monotonic()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(columns['part'])} people, {count} years, two laws: read {loaded - started:.1f} s, calculated {done - loaded:.1f} s, peak {peak:.0f} MB")


if __name__ == "__main__":
    main()

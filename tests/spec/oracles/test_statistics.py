"""The statistical macros, run by DuckDB over a grid, against scipy and statsmodels: to 1e-9, and at their edges exactly."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import pairwise
from random import Random

import duckdb
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.proportion import confint_proportions_2indep, proportion_confint, proportions_ztest

from tests.spec.properties.harness import templates
from tests.support.root import ROOT

EXACT = 1e-9
Z = [sign * n / 16 for sign in (-1, 1) for n in range(16 * 40)]
TRIALS = (1, 2, 3, 5, 10, 29, 30, 100, 1_000, 50_000)
PAIRS = [(hits, trials) for trials in TRIALS for hits in sorted({0, 1, trials // 3, trials - 1, trials})]
CHANCES = (0.0, 1e-6, 0.001, 0.02, 0.1, 0.5, 0.9, 0.999, 1.0)


def over(rows: Sequence[tuple[object, ...]], columns: str, select: str) -> list[tuple[float | None, ...]]:
    """A select list over rows of numbers, in their order."""
    with duckdb.connect() as engine:
        engine.execute(f"create table given ({', '.join(f'{name} double' for name in columns.split())}, row_id bigint)")
        holes = ", ".join(["?"] * (len(columns.split()) + 1))
        engine.executemany(f"insert into given values ({holes})", [[*row, n] for n, row in enumerate(rows)])
        return engine.execute(select if "from" in select else f"select {select} from given order by row_id").fetchall()


def macro(name: str, *arguments: object, **variables: object) -> str:
    return templates().macro(name, *arguments, **variables)


def close(found: Iterable[float | None], wanted: Iterable[float]) -> None:
    assert list(found) == pytest.approx([float(each) for each in wanted], abs=EXACT)


def test_the_normal_distribution_is_that_of_scipy() -> None:
    found = over([(z,) for z in Z], "z", f"{macro('normal_distribution', 'z')}, {macro('two_sided_p', 'z')}")
    close((row[0] for row in found), stats.norm.cdf(Z))
    close((row[1] for row in found), 2 * stats.norm.sf([abs(z) for z in Z]))


def test_the_normal_tail_is_good_to_3e_15_and_keeps_its_digits_far_out() -> None:
    found = [row[0] for row in over([(z,) for z in Z], "z", macro("normal_tail", "z"))]
    want = stats.norm.sf([abs(z) for z in Z])
    assert max(abs(one - other) for one, other in zip(found, want, strict=True)) < 3e-15
    assert found[: 16 * 6] == pytest.approx(list(want[: 16 * 6]), rel=1e-9)


def test_the_normal_distribution_at_nothing_and_at_infinity() -> None:
    rows = over([(0.0,), (math.inf,), (-math.inf,), (None,)], "z", macro("normal_distribution", "z"))
    assert [row[0] for row in rows] == [0.5, 1.0, 0.0, None]


@pytest.mark.parametrize("confidence", [0.5, 0.9, 0.95, 0.999])
def test_wilson_limits_are_those_of_statsmodels(confidence: float) -> None:
    limits = ", ".join(macro(f"wilson_{side}", "k", "n", confidence=confidence) for side in ("low", "high"))
    found = over(PAIRS, "k n", limits)
    want = [proportion_confint(k, n, 1 - confidence, "wilson") for k, n in PAIRS]
    close((value for row in found for value in row), (value for pair in want for value in pair))
    assert all(low == 0 for (k, _), (low, _) in zip(PAIRS, found, strict=True) if k == 0)
    assert all(high == 1 for (k, n), (_, high) in zip(PAIRS, found, strict=True) if k == n)
    assert over([(0, 0)], "k n", limits) == [(None, None)]


@pytest.mark.parametrize("confidence", [0.8, 0.95])
def test_the_interval_of_a_difference_is_newcombes_as_statsmodels_has_it(confidence: float) -> None:
    quads = [(*one, *other) for one in PAIRS for other in PAIRS]
    limits = {f"{side}{n}": macro(f"wilson_{side}", f"k{n}", f"n{n}", confidence=confidence) for side in ("low", "high") for n in (1, 2)}  # fmt: skip
    sides = ", ".join(
        macro("newcombe_limit", "r1", "low1", "high1", "r2", "low2", "high2", side) for side in ("low", "high")
    )
    named = ", ".join(f"{sql} as {name}" for name, sql in limits.items())
    found = over(
        quads,
        "k1 n1 k2 n2",
        f"select {sides} from (select k1 / n1 as r1, k2 / n2 as r2, {named}, row_id from given) order by row_id",
    )
    want = [confint_proportions_2indep(*quad, method="newcomb", compare="diff", alpha=1 - confidence) for quad in quads]
    close((value for row in found for value in row), (value for pair in want for value in pair))
    assert all(-1 <= low <= high <= 1 for low, high in found)  # type: ignore[operator]


def test_the_score_of_two_proportions_is_that_of_statsmodels() -> None:
    quads = [(*one, *other) for one in PAIRS for other in PAIRS]
    found = [row[0] for row in over(quads, "k1 n1 k2 n2", macro("two_proportion_z", "k1", "n1", "k2", "n2"))]
    for (k1, n1, k2, n2), z in zip(quads, found, strict=True):
        if 0 < k1 + k2 < n1 + n2:
            assert z == pytest.approx(proportions_ztest([k1, k2], [n1, n2])[0], abs=EXACT)
        else:
            assert z == 0
    assert over([(0, 0, 1, 2), (1, 2, 0, 0)], "k1 n1 k2 n2", macro("two_proportion_z", "k1", "n1", "k2", "n2")) == [
        (None,), (None,)
    ]  # fmt: skip


def test_the_chi_square_tail_is_that_of_scipy() -> None:
    grid = [(x, freedom) for x in (0, 0.01, 0.5, 1, 3.84, 10, 50, 200) for freedom in range(1, 20)]
    found = [row[0] for row in over(grid, "x freedom", macro("chi_square_tail", "x", "freedom"))]
    close(found, stats.chi2.sf([x for x, _ in grid], [freedom for _, freedom in grid]))
    outside = over([(-1, 1), (1, 0), (1, 20)], "x freedom", macro("chi_square_tail", "x", "freedom"))
    assert outside == [(None,)] * 3


def tails(rows: Sequence[tuple[object, ...]]) -> list[tuple[float | None, ...]]:
    ctes = macro("binomial_tails", "tails", "given", "row_id", "hits", "trials", "chance")
    return over(
        rows, "hits trials chance", f"with recursive {ctes} select lower_tail, upper_tail from tails order by row_id"
    )


def test_binomial_tails_are_those_of_scipy() -> None:
    grid = [(k, n, p) for k, n in PAIRS for p in CHANCES if n * p <= 100]
    found = tails(grid)
    close((low for low, _ in found), [stats.binom.cdf(k, n, p) for k, n, p in grid])
    close((high for _, high in found), [stats.binom.sf(k - 1, n, p) for k, n, p in grid])


def test_binomial_tails_at_their_edges() -> None:
    found = tails([(0, 0, 0.3), (0, 10, 0.3), (10, 10, 0.3), (0, 10, 0.0), (10, 10, 1.0), (9, 10, 1.0), (1, 10, 0.0)])
    assert [low for low, _ in found] == pytest.approx([1, 0.7**10, 1, 1, 1, 0, 1])
    assert [high for _, high in found] == pytest.approx([1, 1, 0.3**10, 1, 1, 1, 0])


def counts(rows: Sequence[tuple[object, ...]]) -> list[tuple[float | None, ...]]:
    ctes = macro("binomial_limits", "counts", "given", "row_id", "trials", "chance", "0.00135")
    return over(rows, "trials chance", f"with recursive {ctes} select fewest, most from counts order by row_id")


def test_binomial_limits_are_the_last_counts_whose_tails_are_no_signal() -> None:
    grid = [(n, p) for n in (1, 2, 10, 43, 400) for p in CHANCES if n * p <= 100]
    expected = [
        (
            next(k for k in range(n + 1) if stats.binom.cdf(k, n, p) >= 0.00135),
            next(k for k in range(n, -1, -1) if stats.binom.sf(k - 1, n, p) >= 0.00135),
        )
        for n, p in grid
    ]
    assert counts(grid) == expected
    assert counts([(0, 0.3), (10, 0.0), (10, 1.0)]) == [(0, 0), (0, 0), (10, 10)]


def test_laneys_sigma_is_the_mean_moving_range_over_its_expectation() -> None:
    pick = Random(1)
    scores = [pick.gauss(0, 2) for _ in range(50)]
    ranges: list[tuple[float | None]] = [(None,), *((abs(late - early),) for early, late in pairwise(scores))]
    found = over(ranges, "r", f"select {macro('laney_sigma', 'r')} from given")
    close(found[0], [sum(r for (r,) in ranges if r is not None) / 49 / (2 / math.sqrt(math.pi))])
    assert over([(None,)], "r", f"select {macro('laney_sigma', 'r')} from given") == [(None,)]


@pytest.mark.parametrize("seed", range(5))
def test_adjusted_p_values_are_those_of_statsmodels(seed: int) -> None:
    pick = Random(seed)
    rows = [(family, pick.choice([pick.random() ** 3, 0.01, 0.0, 1.0, None])) for family in (1, 2, 3) for _ in range(9)]
    adjusted = macro("benjamini_hochberg", "given", "p", ["family"], "row_id")
    found = over(rows, "family p", f"select adjusted_p from ({adjusted}) order by row_id")
    for family in (1, 2, 3):
        pairs = [(p, row[0]) for (of, p), row in zip(rows, found, strict=True) if of == family]
        assert [q for p, q in pairs if p is None] == [None for p, _ in pairs if p is None]
        tested = [(p, q) for p, q in pairs if p is not None]
        close((q for _, q in tested), multipletests([p for p, _ in tested], method="fdr_bh")[1])


def test_the_worked_example_of_the_page() -> None:
    limits = {f"{side}{n}": macro(f"wilson_{side}", f"k{n}", "100") for side in ("low", "high") for n in (1, 2)}
    named = ", ".join(f"{sql} as {name}" for name, sql in limits.items())
    sides = ", ".join(
        macro("newcombe_limit", "r1", "low1", "high1", "r2", "low2", "high2", side) for side in ("low", "high")
    )
    ((*wilson, low, high),) = over(
        [(13, 5)],
        "k1 k2",
        f"select low1, high1, low2, high2, {sides} from (select k1 / 100 as r1, k2 / 100 as r2, {named} from given)",
    )
    page = (ROOT / "docs/comparisons/statistics.md").read_text(encoding="utf-8")
    for value in (*wilson, low, high):
        assert f"{value:.4f}" in page

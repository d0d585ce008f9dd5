"""Which calls bring rows together: of functions that the SQL parser knows for aggregates, and of others of DuckDB."""

from __future__ import annotations

from typing import Any

from sqlglot import exp

# Aggregates of DuckDB's that sqlglot does not know for such.
AGGREGATES = frozenset(
    "any_value approx_top_k arbitrary arg_max_null arg_min_null arg_max_nulls_last arg_min_nulls_last variant_group_object bitstring_agg combine_aggr count_star covar_pop decimal_average"
    " entropy favg first fsum geomean geometric_mean group_concat histogram histogram_exact kahan_sum kurtosis kurtosis_pop last"
    " list listagg lttb mad mean mode product regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy"
    " regr_syy reservoir_quantile sem skewness sum_no_overflow sumkahan wavg weighted_avg".split()
)


def is_aggregate(node: Any) -> bool:
    """Whether an expression is the call of an aggregate."""
    return isinstance(node, exp.AggFunc) or (isinstance(node, exp.Anonymous) and node.name.lower() in AGGREGATES)

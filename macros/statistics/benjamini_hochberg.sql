{#-
    The rows of a relation with `adjusted_p`: the step-up adjustment of the column of p values within each family, the
    least over the equal or greater p of p × count / rank, at most 1.
    Arguments:
        relation (relation): the name of a relation with the columns that the others name.
        p (SQL): the column of p values. Rows without a p are no tests: they are not counted and stay null.
        family (list): names of the columns of which each combination is a family of its own; at least one.
        key (SQL): a column, or columns separated by commas, unique within a family. It breaks ties, which adjust alike.
    Returns: a query of the relation's columns, test_count and test_rank (of its family's tests) and adjusted_p.
    Source: Benjamini and Hochberg, Journal of the Royal Statistical Society B 57, 1995.
-#}
{% macro benjamini_hochberg(relation, p, family, key) -%}
    select
        ranked.*,
        case
            when {{ p }} is not null then
                min(least(1e0, {{ p }} * test_count / test_rank)) over (
                    partition by {{ family | join(', ') }}
                    order by test_rank desc, {{ key }}
                    rows between unbounded preceding and current row
                )
        end as adjusted_p
    from (
        select
            {{ relation }}.*,
            count({{ p }}) over (partition by {{ family | join(', ') }}) as test_count,
            case
                when {{ p }} is not null then
                    row_number() over (
                        partition by {{ family | join(', ') }}
                        order by case when {{ p }} is null then 1 else 0 end, {{ p }}, {{ key }}
                    )
            end as test_rank
        from {{ relation }}
    ) as ranked
{%- endmacro %}

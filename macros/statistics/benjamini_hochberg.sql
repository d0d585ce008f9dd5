{#-
  The rows of `relation` with `adjusted_p`: Benjamini and Hochberg's step-up adjustment (Journal of the Royal Statistical Society B
  57, 1995) of the column `p` within each `family` (columns): the least over the equal or greater p of p × count / rank, at most 1.
  Rows without a p are no tests: they are not counted and stay null. `key` is unique and breaks ties, which adjust alike.
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

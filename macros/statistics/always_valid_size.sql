{#-
    How many subjects an always-valid interval needs to find an effect. The number stands on both sides of the
    equation, since the interval reaches further the more it has been looked at; so it is looked for, among the powers
    of 10^(1/12) from 10 to 10^9, then between two of them, to a fifth of a per cent.
    Arguments:
        relation (relation): the name of a relation with the columns that the others name, none of them null.
        key (SQL): its key, a column.
        unit (SQL): the estimate's variance × subjects / the effect's square, a column.
        rho_squared (SQL): by always_valid_rho_squared, a column.
        power (number): with which it is to be found, from 0.5 to below 1.
    Returns: a query of the key and `size`, a double; no row where more than 10^9 are needed.
-#}
{% macro always_valid_size(relation, key, unit, rho_squared, power) -%}
    with

    digits as (

        {% call(digit, number) union_of(range(10)) -%}
        select {{ digit }} as digit
        {%- endcall %}

    ),

    hundred as (

        select 10 * tens.digit + ones.digit as step
        from digits as tens
        cross join digits as ones

    ),

    {% for stage in ['coarse', 'fine'] -%}
    {{ stage }}_tried as (

        select
            earlier.{{ key }},
            earlier.{{ unit }},
            earlier.{{ rho_squared }},
            {{ '10' if stage == 'coarse' else 'earlier.size' }} * exp({{ '' if stage == 'coarse' else '-' }}hundred.step * ln(10e0) / {{ 12 if stage == 'coarse' else 1200 }}) as tried
        from {{ relation if stage == 'coarse' else 'coarse' }} as earlier
        cross join hundred

    ),

    {{ stage }}_mixed as (

        select
            {{ stage }}_tried.*,
            tried * {{ rho_squared }} as mixed
        from {{ stage }}_tried

    ),

    {{ stage }} as (

        select
            {{ key }},
            {{ unit }},
            {{ rho_squared }},
            min(tried) as size
        from {{ stage }}_mixed
        where sqrt({{ unit }}) * ({{ always_valid_reach('mixed') }} + {{ normal_quantile(power) | trim }}) <= sqrt(tried)
        group by
            {{ key }},
            {{ unit }},
            {{ rho_squared }}

    )
    {%- if stage == 'coarse' %},{% endif %}

    {% endfor -%}
    select
        {{ key }},
        size
    from fine
{%- endmacro %}

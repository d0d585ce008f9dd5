-- Grain: one row per column of an input that names rows of another input, where both are read (declared_references).
-- Mind: different keys are counted, not rows, as staging keeps them: contacts have moved to their survivor. A key without a partner is
-- no fault by itself; one that a rewriting would give exactly one partner nearly always is. Rewritings, and samples of the other side,
-- are looked for only where one key in a hundred has no partner: else these columns are null.
{%- set references = read_references() %}
{%- set referred_columns = referred_columns_of(references) %}
with

keys as (

    {% call(reference, number) union_of(references) -%}
    {%- set input, column, referred, referred_column, must_meet, is_most = reference -%}
    {%- set is_key = declared_inputs()[referred].key == [referred_column] -%}
    select
        {{ number }} as reference_number,
        {{ referred_columns.index(reference[2:4]) + 1 }} as referred_number,
        given.key_value,
        case when referred.key_value is null then given.key_value end as unmet_key
    from (
        select {{ column }} as key_value
        from {{ ref('stg_' ~ input) }}
        where {{ column }} is not null
        group by {{ column }}
    ) as given
    left join (
        select {{ referred_column }} as key_value
        from {{ ref('stg_' ~ referred) }}
        where {{ referred_column }} is not null
        {%- if not is_key %}
        group by {{ referred_column }}
        {%- endif %}
    ) as referred
        on given.key_value = referred.key_value
    {%- endcall %}

),

counted as (

    select
        reference_number,
        count(*) as key_count,
        count(*) - count(unmet_key) as matched_count,
        {{ samples_of('substring(unmet_key, 1, 60)') }} as samples
    from keys
    group by reference_number

),

unmet as (

    select
        keys.reference_number,
        keys.referred_number,
        keys.unmet_key,
        {{ trim_white('keys.unmet_key') }} as trimmed_key
    from keys
    inner join counted
        on keys.reference_number = counted.reference_number
    where
        keys.unmet_key is not null
        and (counted.key_count - counted.matched_count) * 100 >= counted.key_count

),

asked as (

    select distinct referred_number
    from unmet

),

-- Only of columns for which a partner is sought.
referred_keys as (

    {% call(pair, number) union_of(referred_columns) -%}
    {%- set referred, referred_column = pair -%}
    {%- set is_key = declared_inputs()[referred].key == [referred_column] -%}
    select {{ 'distinct' if not is_key }}
        asked.referred_number,
        referred.{{ referred_column }} as key_value
    from {{ ref('stg_' ~ referred) }} as referred
    inner join asked
        on asked.referred_number = {{ number }}
    where referred.{{ referred_column }} is not null
    {%- endcall %}

),

referred_samples as (

    select
        referred_number,
        {{ samples_of('substring(key_value, 1, 60)') }} as samples
    from referred_keys
    group by referred_number

),

rewritings as (

    {% call(rewriting, number) union_of(key_rewritings()) -%}
    select
        {{ number }} as rewriting_number,
        '{{ rewriting }}' as rewriting
    {%- endcall %}

),

unmet_forms as (

    select
        unmet.reference_number,
        unmet.referred_number,
        unmet.unmet_key,
        rewritings.rewriting_number,
        rewritings.rewriting,
        case rewritings.rewriting_number
            {%- for rewriting in key_rewritings() %}
            when {{ loop.index }} then {{ rewritten_key(rewriting, 'unmet.trimmed_key') }}
            {%- endfor %}
        end as form
    from unmet
    cross join rewritings

),

referred_forms as (

    select
        trimmed.referred_number,
        trimmed.key_value,
        rewritings.rewriting_number,
        case rewritings.rewriting_number
            {%- for rewriting in key_rewritings() %}
            when {{ loop.index }} then {{ rewritten_key(rewriting, 'trimmed.trimmed_key') }}
            {%- endfor %}
        end as form
    from (
        select
            referred_number,
            key_value,
            {{ trim_white('key_value') }} as trimmed_key
        from referred_keys
    ) as trimmed
    cross join rewritings

),

-- A form that several keys of the other side have says of none that it is meant.
partners as (

    select
        unmet_forms.reference_number,
        unmet_forms.rewriting_number,
        unmet_forms.rewriting,
        unmet_forms.unmet_key,
        min(referred_forms.key_value) as partner_key
    from unmet_forms
    inner join referred_forms
        on unmet_forms.referred_number = referred_forms.referred_number
        and unmet_forms.rewriting_number = referred_forms.rewriting_number
        and unmet_forms.form = referred_forms.form
    group by
        unmet_forms.reference_number,
        unmet_forms.rewriting_number,
        unmet_forms.rewriting,
        unmet_forms.unmet_key
    having count(*) = 1

),

best as (

    select
        reference_number,
        rewriting,
        count(*) as partner_count,
        row_number() over (
            partition by reference_number
            order by count(*) desc, rewriting_number
        ) as place
    from partners
    group by
        reference_number,
        rewriting_number,
        rewriting

),

-- Each key under the simplest rewriting that gives it a partner.
simplest as (

    select
        partners.*,
        row_number() over (
            partition by reference_number, unmet_key
            order by rewriting_number
        ) as place
    from partners

),

found as (

    select
        reference_number,
        rewriting_number,
        rewriting,
        count(*) as partner_count,
        min('''' || substring(unmet_key, 1, 60) || ''' is ''' || substring(partner_key, 1, 60) || '''') as pair
    from simplest
    where place = 1
    group by
        reference_number,
        rewriting_number,
        rewriting

),

listed as (

    select
        reference_number,
        string_agg(rewriting || ' ' || cast(partner_count as varchar) || ' (' || pair || ')', ', ' order by rewriting_number) as rewritings
    from found
    group by reference_number

),

read_references as (

    {% call(reference, number) union_of(references) -%}
    {%- set input, column, referred, referred_column, must_meet, is_most = reference -%}
    select
        {{ number }} as reference_number,
        {{ referred_columns.index(reference[2:4]) + 1 }} as referred_number,
        '{{ input }}' as input,
        '{{ column }}' as column_name,
        '{{ referred }}' as referred_input,
        '{{ referred_column }}' as referred_column,
        {{ 'true' if must_meet else 'false' }} as must_meet,
        {{ 'true' if is_most else 'false' }} as is_met_by_most
    {%- endcall %}

),

final as (

    select
        read_references.input,
        read_references.column_name,
        read_references.referred_input,
        read_references.referred_column,
        read_references.must_meet,
        read_references.is_met_by_most,
        {{ shown_samples('counted.samples') }} as samples,
        {{ shown_samples('referred_samples.samples') }} as referred_samples,
        best.rewriting,
        listed.rewritings,
        coalesce(counted.key_count, 0) as key_count,
        coalesce(counted.matched_count, 0) as matched_count,
        coalesce(counted.matched_count + coalesce(best.partner_count, 0), 0) as rewritten_count,
        counted.matched_count / cast(counted.key_count as double) as match_share,
        (counted.matched_count + coalesce(best.partner_count, 0)) / cast(counted.key_count as double) as rewritten_share
    from read_references
    left join counted
        on read_references.reference_number = counted.reference_number
    left join referred_samples
        on read_references.referred_number = referred_samples.referred_number
        and (counted.key_count - counted.matched_count) * 100 >= counted.key_count
        and counted.matched_count < counted.key_count
    left join best
        on read_references.reference_number = best.reference_number
        and best.place = 1
    left join listed
        on read_references.reference_number = listed.reference_number

)

select * from final

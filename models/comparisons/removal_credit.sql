-- Grain: one row per current metric version, dimension (channel, campaign_id) and value that has 30 paths, and `other` for the rest of them.
-- Mind: five rules share out the conversions by where a touch stands; removal_effect and shapley_value ask what the paths without it are like.
-- Neither is an experiment: who is met in a channel may have been about to buy. Where a holdout withholds the value, its lift stands beside.
-- Sources: see removal_chances and coalition_values. The bootstrap draws groups of units, so that paths of one unit stay together.

{%- set settings = credit_settings() %}
{%- set game = ['metric', 'metric_version', 'cut_by'] %}
{%- set rules = ['first_touch', 'last_touch', 'linear', 'position_based', 'time_decay'] %}
{%- set holdouts = declared_experiments() | selectattr('withholds') | list %}
{%- set least_conversions = 100 %}

with

touches as (

    select * from {{ ref('journey_touches') }}

),

players as (

    select * from {{ ref('journey_players') }}

),

seen as (

    select * from {{ ref('journey_sets') }}

),

chances as (

    select * from {{ ref('removal_chances') }}

),

values_of_sets as (

    select * from {{ ref('coalition_values') }}

),

variants as (

    select * from {{ ref('experiment_variants') }}

),

contacts as (

    select * from {{ ref('experiment_contacts') }}

),

weighted as (

    select
        touches.*,
        power(2e0, -(
            age_days - min(age_days) over (partition by metric, metric_version, unit_id, path_number)
        ) / half_life_days) as weight
    from touches
    where is_converted

),

ruled as (

    select
        weighted.*,
        cast(sum(cast(weight as decimal(38, 18))) over (partition by metric, metric_version, unit_id, path_number) as double) as total_weight
    from weighted

),

credited as (

    {% call(cut, number) union_of(settings.cuts) -%}
    select
        metric,
        metric_version,
        {{ "'" ~ cut ~ "'" if cut else "''" }} as cut_by,
        {{ cut or 'channel' }} as cut_value,
        {%- for rule in rules %}
        sum(cast({{ touch_credit("'" ~ rule ~ "'", 'touch_position', 'touch_count', 'weight', 'total_weight') | indent(8) }} as decimal(38, 18))) as {{ rule }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from ruled
    {%- if not cut %}
    where false
    {%- endif %}
    group by
        metric,
        metric_version,
        {{ cut or 'channel' }}
    {%- endcall %}

),

named as (

    select
        {{ qualified('players', game) | join(', ') }},
        players.player,
        players.player_value,
        players.bit,
        {%- for rule in rules %}
        cast(coalesce(sum(credited.{{ rule }}), 0) as double) as {{ rule }}{% if not loop.last %},{% endif %}
        {%- endfor %}
    from players
    left join credited
        on {{ equal_columns('players', 'credited', game + ['cut_value']) }}
    group by
        {{ qualified('players', game) | join(', ') }},
        players.player,
        players.player_value,
        players.bit

),

counted as (

    select
        {{ qualified('named', game) | join(', ') }},
        named.player,
        sum(case when (seen.player_set & named.bit) = named.bit then seen.paths else 0 end) as paths,
        sum(case when (seen.player_set & named.bit) = named.bit then seen.converted_paths else 0 end) as converted_paths,
        sum(seen.paths) as all_paths,
        sum(seen.converted_paths) as all_converted_paths
    from named
    inner join seen
        on {{ equal_columns('named', 'seen', game) }}
    group by
        {{ qualified('named', game) | join(', ') }},
        named.player

),

-- of each replicate: the effect, and its part in the sum of all effects
effects as (

    select
        {{ qualified('removed', game) | join(', ') }},
        removed.replicate,
        removed.removed as player,
        1 - removed.conversion_chance / nullif(whole.conversion_chance, 0) as removal_effect
    from chances as removed
    inner join chances as whole
        on {{ equal_columns('removed', 'whole', game + ['replicate']) }} and whole.removed = 0
    where removed.removed > 0

),

replicates as (

    select
        {{ qualified('effects', game) | join(', ') }},
        effects.replicate,
        effects.player,
        effects.removal_effect,
        values_of_sets.shapley_value
    from effects
    inner join values_of_sets
        on {{ equal_columns('effects', 'values_of_sets', game + ['replicate', 'player']) }}

),

summed as (

    select
        {{ game | join(', ') }},
        player,
        {%- for measure in ['removal_effect', 'shapley_value'] %}
        max(case when replicate = 0 then {{ measure }} end) as {{ measure }},
        count(case when replicate > 0 then {{ measure }} end) as {{ measure }}_draws,
        cast(sum(cast(case when replicate > 0 then {{ measure }} end as decimal(38, 18))) as double) as {{ measure }}_sum,
        cast(sum(cast(case when replicate > 0 then {{ measure }} * {{ measure }} end as decimal(38, 18))) as double) as {{ measure }}_squares{% if not loop.last %},{% endif %}
        {%- endfor %}
    from replicates
    group by
        {{ game | join(', ') }},
        player

),

spread as (

    select
        summed.*,
        {%- for measure in ['removal_effect', 'shapley_value'] %}
        sqrt(greatest(0e0, {{ measure }}_squares - {{ measure }}_sum * {{ measure }}_sum / nullif({{ measure }}_draws, 0)) / nullif({{ measure }}_draws - 1, 0)) as {{ measure }}_error,
        {%- endfor %}
        cast(sum(cast(removal_effect as decimal(38, 18))) over (partition by {{ game | join(', ') }}) as double) as all_effects
    from summed

),

withheld as (

    {% call(each, number) union_of(holdouts) -%}
    select
        {{ string_literal(each.name if each else '') }} as experiment,
        {{ string_literal(each.withholds.dimension if each else '') }} as cut_by,
        {{ string_literal(each.withholds.value if each else '') }} as cut_value
    {%- if not each %}
    where false
    {%- endif %}
    {%- endcall %}

),

assigned as (

    select
        withheld.experiment,
        withheld.cut_by,
        withheld.cut_value,
        sum(case when variants.is_control then variants.assigned else 0 end) as out_contacts,
        sum(case when variants.is_control then 0 else variants.assigned end) as in_contacts
    from withheld
    inner join variants
        on withheld.experiment = variants.experiment
    group by
        withheld.experiment,
        withheld.cut_by,
        withheld.cut_value

),

converted as (

    select
        contacts.experiment,
        contacts.metric,
        contacts.metric_version,
        sum(case when variants.is_control then 1 else 0 end) as out_converted,
        sum(case when variants.is_control then 0 else 1 end) as in_converted
    from contacts
    inner join variants
        on
            contacts.experiment = variants.experiment
            and contacts.variant = variants.variant
    where contacts.matured_converted > 0
    group by
        contacts.experiment,
        contacts.metric,
        contacts.metric_version

),

-- two holdouts of one value: the first by its name
lifts as (

    select
        converted.metric,
        converted.metric_version,
        assigned.cut_by,
        assigned.cut_value,
        assigned.experiment,
        (converted.out_converted / cast(assigned.out_contacts as double)) / (converted.in_converted / cast(assigned.in_contacts as double)) as ratio,
        sqrt(1e0 / converted.out_converted - 1e0 / assigned.out_contacts + 1e0 / converted.in_converted - 1e0 / assigned.in_contacts) as log_error,
        row_number() over (
            partition by converted.metric, converted.metric_version, assigned.cut_by, assigned.cut_value
            order by assigned.experiment
        ) as lift_rank
    from converted
    inner join assigned
        on converted.experiment = assigned.experiment
    where
        converted.out_converted > 0
        and converted.in_converted > 0

),

judged as (

    select
        {{ qualified('named', game) | join(', ') }},
        named.player_value,
        {%- for rule in rules %}
        named.{{ rule }},
        {%- endfor %}
        counted.paths,
        counted.converted_paths,
        counted.all_paths,
        counted.all_converted_paths,
        counted.all_converted_paths < {{ least_conversions }}
        or count(*) over (partition by {{ qualified('named', game) | join(', ') }}) < 2 as is_refused,
        spread.removal_effect,
        spread.removal_effect_error,
        spread.removal_effect / nullif(spread.all_effects, 0) as removal_share,
        spread.shapley_value,
        spread.shapley_value_error,
        lifts.experiment as holdout,
        1 - lifts.ratio as holdout_effect,
        1 - exp(ln(lifts.ratio) + {{ confidence_z() }} * lifts.log_error) as holdout_low,
        1 - exp(ln(lifts.ratio) - {{ confidence_z() }} * lifts.log_error) as holdout_high
    from named
    inner join counted
        on {{ equal_columns('named', 'counted', game + ['player']) }}
    left join spread
        on {{ equal_columns('named', 'spread', game + ['player']) }}
    left join lifts
        on
            {{ equal_columns('named', 'lifts', game) }}
            and named.player_value = lifts.cut_value
            and lifts.lift_rank = 1

),

limited as (

    select
        judged.*,
        {%- for measure, name in [('removal_effect', 'removal'), ('shapley_value', 'shapley')] %}
        case when not is_refused then {{ nine_places(measure ~ ' - ' ~ confidence_z() ~ ' * ' ~ measure ~ '_error') }} end as {{ name }}_low,
        case when not is_refused then {{ nine_places(measure ~ ' + ' ~ confidence_z() ~ ' * ' ~ measure ~ '_error') }} end as {{ name }}_high{% if not loop.last %},{% endif %}
        {%- endfor %}
    from judged

),

final as (

    select
        md5({{ joined_parts(['metric', 'cast(metric_version as varchar)', 'cut_by', 'player_value']) }}) as credit_id,
        metric,
        cast(metric_version as bigint) as metric_version,
        cut_by,
        player_value as cut_value,
        cast(paths as bigint) as paths,
        cast(converted_paths as bigint) as converted_paths,
        cast(all_paths as bigint) as all_paths,
        cast(all_converted_paths as bigint) as all_converted_paths,
        {%- for rule in rules %}
        {{ nine_places(rule ~ ' / nullif(cast(all_converted_paths as double), 0)') }} as {{ rule }}_share,
        {%- endfor %}
        case when not is_refused then {{ nine_places('removal_effect') }} end as removal_effect,
        removal_low,
        removal_high,
        case when not is_refused then {{ nine_places('removal_share') }} end as removal_share,
        case when not is_refused then {{ nine_places('shapley_value') }} end as shapley_value,
        shapley_low,
        shapley_high,
        holdout,
        {{ nine_places('holdout_effect') }} as holdout_effect,
        {{ nine_places('holdout_low') }} as holdout_low,
        {{ nine_places('holdout_high') }} as holdout_high,
        holdout_low <= removal_high and removal_low <= holdout_high as agrees_with_holdout,
        case
            when is_refused then 'too_few'
            when shapley_low > 0 then 'carries'
            when shapley_high < 0 then 'drags'
            else 'undecided'
        end as verdict
    from limited

)

select * from final

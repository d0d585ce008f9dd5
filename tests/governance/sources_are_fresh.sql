-- Inputs whose latest row is older than as_of by more than the variable freshness_hours (168): their source may have
-- stopped reporting, and complete_at waits for it.
-- Mind: lists that seldom change (reps, campaigns, experiments, changes, scores, consents, rosters), or need not happen (failures), are left out. Age is measured to as_of, not to
-- the wall clock, so that the verdict is the same whenever the build is run.
{{ config(
    severity='warn',
    meta={'what_to_do': 'check that the export of this input still runs. If it is complete and just has nothing newer, raise freshness_hours in vars.yml; until then its latest periods are not called complete'},
) }}
with input_rows as (
    select * from {{ ref('input_counts') }}
),

clocks as (
    select * from {{ ref('clocks') }}
)

select
    input_rows.input,
    input_rows.latest_at,
    clocks.as_of
from input_rows
cross join clocks
where
    input_rows.input not in ('reps', 'campaigns', 'experiment_assignments', 'operational_changes', 'message_sentiments', 'delivery_failures', 'consents', 'rosters')
    and input_rows.latest_at < clocks.as_of - {{ setting_freshness_hours() }} * interval '1' hour

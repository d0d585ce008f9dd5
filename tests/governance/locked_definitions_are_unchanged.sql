-- Versions that are no drafts and count something else than when they were last locked: a changed meaning is a new version.
{{ config(
    severity='warn',
    meta={'what_to_do': 'run `convsql metrics check`: it says what changed and how to go on, by a new version or by undoing the change'},
) }}
with metric_definitions as (
    select * from {{ ref('metric_definitions') }}
)

select
    metric,
    metric_version,
    status,
    owner,
    locked_at,
    definition_text
from metric_definitions
where
    lock_state = 'changed'
    and status <> 'draft'

-- The credits of an outcome with touches sum to 1, each lies between 0 and 1, and positions run from 1 to their number.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
select
    metric,
    metric_version,
    outcome_id,
    sum(cast(credit as decimal(38, 18))) as credit_sum
from {{ ref('attributed_outcomes') }}
group by
    metric,
    metric_version,
    outcome_id
having
    abs(sum(cast(credit as decimal(38, 18))) - 1) > 0.000000001
    or min(credit) < 0
    or max(credit) > 1
    or min(touch_position) <> 1
    or max(touch_position) <> count(*)
    or min(touch_count) <> count(*)
    or max(touch_count) <> count(*)

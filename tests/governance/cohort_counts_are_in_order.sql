-- Converted among the matured are matured, those are eligible, and credit is held by conversations that converted.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
select *
from {{ ref('cohort_rates') }}
where
    below_kind < 0
    or excluded < 0
    or pending < 0
    or not_converted < 0
    or not (matured_credited <= matured_converted and matured_converted <= matured and matured <= eligible)
    or not (credited <= converted and matured_credited <= credited and matured_converted <= converted)
    or not (abandoned <= with_wait and with_wait <= eligible)
    or deals > outcomes
    or credit > outcomes + 1e-9
    or credit < 0
    or (credited > 0 and outcomes = 0)
    or (is_complete and pending > 0)
    or (is_complete and cohort_grain = 'all')

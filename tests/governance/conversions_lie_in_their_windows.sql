-- No conversion before its anchor or after its window, none of a conversation that is not eligible, and status and maturity
-- say the same as the times.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
select
    metric,
    metric_version,
    conversation_id
from {{ ref('metric_conversations') }}
where
    converted_at < anchor_at
    or converted_at >= window_ends_at
    or (eligibility = 'eligible') <> (status is not null)
    or (eligibility = 'eligible') <> (is_matured is not null)
    or (converted_at is not null and coalesce(status, '') <> 'converted')
    or (converted_at is null and status = 'converted')
    or (status = 'pending' and is_matured)
    or (status = 'not_converted' and not is_matured)

-- Inputs of which a share of set_aside_warn_share (0.05) or more was set aside for what the rows hold; or of which more than half were
-- other versions of rows kept, which a delivery of changes explains and an id that is shared by mistake does too.
{{ config(severity='warn') }}
{{ set_aside_shares() }}

select
    input,
    set_aside_count,
    row_count,
    reasons,
    coalesce(columns_at_fault, '') as columns_at_fault,
    case
        when repeated_count * 2 > row_count
            then 'if rows are delivered again when they change, set accepted_losses: ["' || input || '.repeated_key"] in vars.yml'
        else 'mend the columns named, or set accepted_losses: ["' || input || '.missing_required"] in vars.yml'
    end as what_to_do
from shares
where
    unusable_count < row_count
    and (
        (
            cast(not_accepted_count as double) / row_count >= {{ setting_set_aside_warn_share() }}
            and cast(not_accepted_count as double) / row_count < {{ setting_set_aside_error_share() }}
        )
        or (
            repeated_count * 2 > row_count
            and input || '.repeated_key' not in {{ setting_accepted_losses() }}
        )
    )

-- Columns of which so many values could not be read that what rests on them would be wrong: a share of unreadable_error_share
-- (0.2) or more; of a required column also when nothing at all was read, accepted or not.
-- Mind: a sender type that is not listed is only warned of: the standard says who sent such a message.
with unreadable as (
    select
        staging_unreadable.*,
        cast(unreadable_count as double) / given_count as share
    from (
        {{ unreadable_values(ref('input_counts')) }}
    ) as staging_unreadable
    where unreadable_count > 0
)

select
    input,
    column_name,
    unreadable_count,
    given_count,
    samples,
    {{ advice_on('reason', 'column_name') }} || case
        when is_required and read_count = 0 then '; without it no row can be used'
        else '; or accept the loss: accepted_losses: ["' || input || '.' || column_name || '"] in vars.yml'
    end as what_to_do
from unreadable
where
    (is_required and read_count = 0)
    or (
        share >= {{ setting_unreadable_error_share() }}
        and column_name <> 'sender_type'
        and input || '.' || column_name not in {{ setting_accepted_losses() }}
    )

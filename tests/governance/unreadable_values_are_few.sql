-- Columns of which a share of unreadable_warn_share (0.01) or more of the values given could not be read, and are null from
-- staging on. Those of which values_are_read fails are left to it.
{{ config(severity='warn') }}
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
    {{ advice_on('reason', 'column_name') }}
    || '; or accept the loss: accepted_losses: ["' || input || '.' || column_name || '"] in vars.yml' as what_to_do
from unreadable
where
    share >= {{ setting_unreadable_warn_share() }}
    and (share < {{ setting_unreadable_error_share() }} or column_name = 'sender_type')
    and not (is_required and read_count = 0)
    and input || '.' || column_name not in {{ setting_accepted_losses() }}

-- Inputs of which so many rows were set aside that the rest says little: a share of set_aside_error_share (0.5) or more for what they
-- hold, or all of them, accepted or not; or one key in all of twenty rows or more.
-- Mind: rows later than as_of are hidden on purpose, and a row delivered again under its key is how tables are brought up to
-- date: neither is a fault, whatever its share. Only lists, which can have one row, may come in many versions of it.
{{ set_aside_shares() }}

select
    input,
    set_aside_count,
    row_count,
    reasons,
    coalesce(columns_at_fault, '') as columns_at_fault,
    case
        when unusable_count = row_count then 'no row can be used: correct the columns named, in the file or in models/inputs/' || input
            || '.sql; if another column of the file is meant, begin anew with `convsql init … --set ' || input || '.COLUMN=COLUMN_OF_THE_FILE`'
        when unusable_count < set_aside_count then 'all rows have one key: look where its column is filled'
        else 'mend the columns named, or raise set_aside_error_share in vars.yml'
    end as what_to_do
from shares
where
    unusable_count = row_count
    or cast(not_accepted_count as double) / row_count >= {{ setting_set_aside_error_share() }}
    or (
        repeated_count >= 19
        and kept_count = 1
        and input not in ('reps', 'campaigns', 'experiment_assignments', 'operational_changes')
        and input || '.repeated_key' not in {{ setting_accepted_losses() }}
    )

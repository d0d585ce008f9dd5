-- Of every column checked, the rows read are those without a value, those whose value was read and those whose value could
-- not be; no count is below 0, and no input has rows that no column was checked of.
{{ config(meta={'what_to_do': 'nothing that you deliver should lead here: look first at models of your own that replace those of convsql, else report it with these rows'}) }}
select
    staging_unreadable.input,
    staging_unreadable.column_name,
    staging_unreadable.row_count,
    staging_unreadable.missing_count,
    staging_unreadable.given_count,
    staging_unreadable.read_count,
    staging_unreadable.unreadable_count
from {{ ref('input_counts') }} as input_rows
left join {{ ref('staging_unreadable') }} as staging_unreadable
    on input_rows.input = staging_unreadable.input
where
    staging_unreadable.input is null
    or staging_unreadable.row_count <> input_rows.row_count
    or staging_unreadable.row_count <> staging_unreadable.missing_count + staging_unreadable.given_count
    or staging_unreadable.given_count <> staging_unreadable.read_count + staging_unreadable.unreadable_count
    or staging_unreadable.missing_count < 0
    or staging_unreadable.unreadable_count < 0

-- Grain: one row per input that is read and column of it.
-- Mind: a value that can't be read is null from here on, without a word anywhere else; where the column is required its row
-- is set aside as missing_required, as if nothing had been given. A sender type that is not listed is counted too, although it
-- has a meaning: the sender is then told from the direction. All rows are counted, those set aside as well. What has two readings
-- is told from the samples, so a column in which it is rare may be said to have no times or numbers instead.
with

final as (

    {{ unreadable_values(ref('input_counts')) }}

)

select * from final

-- Columns whose keys name rows of another input and hardly ever find one, although figures rest on it: none of several does, or a share below
-- key_match_error_share (0.02); or a rewriting would give unreadable_error_share (0.2) of them or more a partner.
-- Mind: rates are then 0, or of nobody, and look like any other rate.
{{ judged_key_matches() }}

select
    input || '.' || column_name as keys_of,
    referred_input || '.' || referred_column as looked_for_in,
    matched_count,
    key_count,
    samples,
    referred_samples,
    what_to_do
from judged
where is_error

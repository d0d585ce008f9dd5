-- Columns whose keys name rows of another input, of which fewer than key_match_warn_share (0.8) find one; where keys without a
-- partner are ordinary (accounts, opt-outs, clicks), fewer than key_match_error_share (0.02). And those of which a rewriting would
-- give unreadable_warn_share (0.01) or more a partner. Those of which keys_meet fails are left to it.
{{ config(severity='warn') }}
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
where
    is_warned_of
    and not is_error

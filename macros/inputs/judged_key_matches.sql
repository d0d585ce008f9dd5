{#-
    The columns of key_matches with keys that find no partner, and what is to be thought of that. Of columns of which
    the project knows (accepted_losses) there is none, nor of those whose keys have nothing to meet.
    Arguments: none.
    Returns: CTEs with the `with` before them, of which `judged` has the columns of key_matches, is_warned_of, is_error
        and what_to_do.
    Mind: a key in another writing is a value that could not be read, so that the shares of unreadable values tell how
        many are too many. A prefix alone never fails a build: behind two different words the same number may well be
        two things. A single key that meets nobody is one row that is wrong, and only warned of.
-#}
{%- macro judged_key_matches() -%}
with unmet as (
    select
        key_matches.*,
        cast(rewritten_count - matched_count as double) / key_count as gained_share
    from {{ ref('key_matches') }} as key_matches
    where
        matched_count < key_count
        and (matched_count > 0 or referred_samples is not null)
        and input || '.' || column_name not in {{ setting_accepted_losses() }}
),

judged as (
    select
        unmet.*,
        gained_share >= {{ setting_unreadable_warn_share() }}
        or (is_met_by_most and match_share < {{ setting_key_match_warn_share() }})
        or match_share < {{ setting_key_match_error_share() }} as is_warned_of,
        must_meet
        and (
            (
                key_count > 1
                and (matched_count = 0 or (is_met_by_most and match_share < {{ setting_key_match_error_share() }}))
            )
            or (gained_share >= {{ setting_unreadable_error_share() }} and rewriting <> 'prefix')
        ) as is_error,
        case
            when gained_share > 0
                then 'write both alike, in a model of your own (models/inputs/' || input || '.sql); they differ by: ' || rewritings
            else 'look for the column that holds the ' || referred_column || ' of ' || referred_input
                || ', and name it ' || column_name || ' in a model of your own (models/inputs/' || input || '.sql)'
        end || '; or accept it: accepted_losses: ["' || input || '.' || column_name || '"] in vars.yml' as what_to_do
    from unmet
)
{%- endmacro -%}

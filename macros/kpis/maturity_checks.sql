{#-
    What maturity_scorecard looks for.
    Arguments: none.
    Returns through return(): a list of mappings, in the order in which steps are taken: id, dimension, stage (that
        which it is needed for: 2 or 3) and next_step, what to do where it is not so.
-#}
{% macro maturity_checks() -%}
    {{ return([
        {'id': 'metrics_defined', 'dimension': 'definition', 'stage': 2,
            'next_step': 'Define a metric in conversion_metrics, with an owner, a description and a change note.'},
        {'id': 'definitions_explained', 'dimension': 'definition', 'stage': 2,
            'next_step': 'Give every metric version an owner, a description and a change note.'},
        {'id': 'definitions_locked', 'dimension': 'definition', 'stage': 3,
            'next_step': 'Lock every version that is in force: convsql metrics lock.'},
        {'id': 'definitions_reviewed', 'dimension': 'definition', 'stage': 3,
            'next_step': 'Give every version in force a day by which it is reviewed (review_by), and review those that are overdue.'},
        {'id': 'reply_time_covered', 'dimension': 'instrumentation', 'stage': 2,
            'next_step': 'Record rep_id or sender_type on every answer, so that waits are seen to end.'},
        {'id': 'owner_covered', 'dimension': 'instrumentation', 'stage': 2,
            'next_step': 'Record rep_id on every message of a person, so that conversations have owners.'},
        {'id': 'stage_covered', 'dimension': 'instrumentation', 'stage': 3,
            'next_step': (
                'Enter the stage of a contact before they write, not after: few of lifecycle_stages were entered by the start of a conversation.'
                if has_input('lifecycle_stages')
                else 'Bring the input lifecycle_stages, for most contacts, with the time at which each stage was entered.'
            )},
        {'id': 'disposition_covered', 'dimension': 'instrumentation', 'stage': 3,
            'next_step': (
                'Have reps note how most two-way conversations went: dispositions says it of few.'
                if has_input('dispositions')
                else 'Bring the input dispositions, and have reps note how most two-way conversations went.'
            )},
        {'id': 'reps_known', 'dimension': 'instrumentation', 'stage': 3,
            'next_step': 'Bring the input reps, with teams, roles and territories by validity.'},
        {'id': 'outcomes_seen', 'dimension': 'attribution', 'stage': 2,
            'next_step': 'Map the stages of every outcome that a metric in force counts, in the seed outcome_stages.'},
        {'id': 'conversations_matured', 'dimension': 'attribution', 'stage': 2,
            'next_step': 'Wait until windows are over, or load stages more often: a metric in force has no matured conversation.'},
        {'id': 'windows_compared', 'dimension': 'attribution', 'stage': 3,
            'next_step': 'Read every metric in force at other windows (window_sensitivity): one has nothing matured for the longest.'},
        {'id': 'strata_declared', 'dimension': 'attribution', 'stage': 3,
            'next_step': 'Declare strata for every metric in force, so that like is compared with like.'},
        {'id': 'funnel_declared', 'dimension': 'actionability', 'stage': 2,
            'next_step': 'Declare a funnel in the variable funnels, to see which step to work on.'},
        {'id': 'drop_off_explained', 'dimension': 'actionability', 'stage': 2,
            'next_step': 'Bring what drop_off_reasons needs: more than half of what does not convert is unexplained.'},
        {'id': 'response_target_set', 'dimension': 'actionability', 'stage': 3,
            'next_step': 'Say how soon a contact must be answered: sla_targets, or slow_follow_up_minutes.'},
        {'id': 'targets_set', 'dimension': 'actionability', 'stage': 3,
            'next_step': 'Say what is to be reached: the seed targets or amount_targets, or capacity_targets.'},
        {'id': 'forecast_tried', 'dimension': 'actionability', 'stage': 3,
            'next_step': 'Look at the backtests of won_forecast: of a metric, more than one month in five lay outside of its 95 % interval.'},
        {'id': 'codes_mapped', 'dimension': 'governance', 'stage': 2,
            'next_step': 'Map every code of dispositions, in the seed disposition_categories.'},
        {'id': 'definitions_unchanged', 'dimension': 'governance', 'stage': 2,
            'next_step': 'Look at convsql metrics check: a definition is no longer what was locked.'},
        {'id': 'dispositions_audited', 'dimension': 'governance', 'stage': 3,
            'next_step': 'Read the conversations of disposition_sample again, 30 at least, into the seed disposition_reviews.'},
        {'id': 'events_recorded', 'dimension': 'governance', 'stage': 3,
            'next_step': 'Write down what changes and what happens besides: the input operational_changes, or the seed events.'},
        {'id': 'assertions_run', 'dimension': 'governance', 'stage': 3,
            'next_step': 'Run the assertions with every build, and publish none that fails, as convsql build does.'},
        {'id': 'restatements_recorded', 'dimension': 'governance', 'stage': 3,
            'next_step': 'Keep a record of closed cohorts that move, as convsql build does in restatements.'},
    ]) }}
{%- endmacro %}

{#-
    The dimensions by which a cohort may be cut.
    Arguments: none.
    Returns through return(): a list of names, in the order of the columns.
-#}
{% macro cohort_dimensions() %}
    {{ return([
        'channel',
        'persona',
        'industry',
        'is_regulated',
        'lifecycle_stage_at_start',
        'deal_stage_at_start',
        'owner_id',
        'owner_team',
        'owner_territory',
        'source',
        'territory',
        'campaign_id',
        'initiated_by',
        'handled_by',
        'response_band',
        'timing_window',
    ]) }}
{% endmacro %}

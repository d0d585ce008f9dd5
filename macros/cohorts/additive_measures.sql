{#-
    The counts of a cohort that sum over the rows of a set to its total.
    Arguments: none.
    Returns through return(): a list of names, in the order of the columns.
-#}
{% macro additive_measures() %}
    {{ return([
        'conversations',
        'below_kind',
        'excluded',
        'eligible',
        'converted',
        'pending',
        'not_converted',
        'matured',
        'matured_converted',
        'credited',
        'matured_credited',
    ]) }}
{% endmacro %}

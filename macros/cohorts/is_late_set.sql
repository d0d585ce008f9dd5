{#-
    Whether a cohort set reads facts later than the anchor: who came to own it, how soon it was answered.
    Arguments:
        dimensions (list): the set's names of dimensions.
    Returns through return(): a boolean; false of an empty list.
-#}
{% macro is_late_set(dimensions) -%}
    {%- set found = namespace(late=false) -%}
    {%- for dimension in dimensions if dimension in ['owner_id', 'owner_team', 'owner_territory', 'response_band'] -%}
        {%- set found.late = true -%}
    {%- endfor -%}
    {{ return(found.late) }}
{%- endmacro %}

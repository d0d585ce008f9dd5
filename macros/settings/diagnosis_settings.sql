{#- The settings of the models that say why conversations end as they do: one macro each, the variable or what it is when a vars file leaves it out. -#}

{#-
    The causes of drop_off_reasons, of the variable `drop_off_order`; one left out is not asked. A name that is no cause
    is a compile error.
    Arguments: none.
    Returns through return(): a list of names, each once, in the order in which they are asked.
-#}
{%- macro drop_off_causes() -%}
{%- set known = ['slow_follow_up', 'incorrect_routing', 'no_next_step', 'not_actionable', 'no_reply', 'opted_out'] -%}
{%- set out = namespace(causes=[]) -%}
{%- set given = var('drop_off_order', none) -%}
{%- for cause in (known if given is none else given) if cause != 'unexplained' -%}
    {%- set cause = metric_choice('drop_off_order', 'cause', cause, none, known) -%}
    {%- if cause not in out.causes -%}
        {%- set out.causes = out.causes + [cause] -%}
    {%- endif -%}
{%- endfor -%}
{{ return(out.causes) }}
{%- endmacro -%}

{#-
    After how many minutes without a human answer a first follow-up is slow, of business hours, where the calendar has
    any: the variable `slow_follow_up_minutes` (default 60).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_slow_follow_up_minutes() -%}
{%- set given = var('slow_follow_up_minutes', none) -%}
{{ 60 if given is none else given }}
{%- endmacro -%}

{#-
    The categories of dispositions after which nobody could have sold anything: the variable `not_actionable_categories`
    (default support, wrong_person, other).
    Arguments: none.
    Returns: the inside of an SQL list of texts, as string_list writes it.
-#}
{%- macro setting_not_actionable_categories() -%}
{%- set given = var('not_actionable_categories', none) -%}
{{ string_list((['support', 'wrong_person', 'other'] if given is none else given) | map('trim') | map('lower') | list) }}
{%- endmacro -%}

{#-
    By what drop-off is counted besides all of a metric: dimensions of conversations, of the variable `drop_off_cuts`
    (default channel, owner_team, territory, campaign_id). A name that is no dimension is a compile error.
    Arguments: none.
    Returns through return(): a list of names, each once.
-#}
{%- macro drop_off_cuts() -%}
{%- set known = cohort_dimensions() | reject('equalto', 'handled_by') | list -%}
{%- set out = namespace(cuts=[]) -%}
{%- set given = var('drop_off_cuts', none) -%}
{%- for cut in (['channel', 'owner_team', 'territory', 'campaign_id'] if given is none else given) -%}
    {%- set cut = metric_choice('drop_off_cuts', 'dimension', cut, none, known) -%}
    {%- if cut not in out.cuts -%}
        {%- set out.cuts = out.cuts + [cut] -%}
    {%- endif -%}
{%- endfor -%}
{{ return(out.cuts) }}
{%- endmacro -%}

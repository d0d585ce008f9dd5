{#-
    One macro per setting: the variable, or what it is when a vars file leaves it out. Each is an SQL literal, but for
    has_input, which is a non-empty text when the optional input is switched on, or a connector brings it, and plausible_times.
-#}

{#-
    Whether the optional input is switched on by one of the variables `inputs` and `input_models`, or a connector brings
    it.
    Arguments:
        input (text): a name of declared_inputs().
    Returns: a non-empty text when it is there, else an empty one.
-#}
{%- macro has_input(input) -%}
{%- set of_tools = {
    'hubspot': ['lifecycle_stages', 'meetings', 'reps'],
    'salesforce': ['meetings', 'reps'],
    'zendesk': ['reps'],
    'intercom': ['reps'],
} -%}
{%- set found = namespace(is_there=input in (var('inputs', none) or []) + (var('input_models', none) or [])) -%}
{%- for tool in var('connectors', none) or [] -%}
    {%- if input in of_tools.get(tool, []) or (tool == 'zendesk' and input == 'dispositions' and var('zendesk_disposition_field', none)) -%}
        {%- set found.is_there = true -%}
    {%- endif -%}
{%- endfor -%}
{%- if found.is_there -%}true{%- endif -%}
{%- endmacro -%}

{#-
    The first and the last day (UTC) on which anything is taken to have happened, of the variable `plausible_times`
    (default 1990-01-01 and 2099-12-31). One message of the year 9999 would otherwise move the clocks, and make the
    calendars 8,000 years long.
    Arguments: none.
    Returns through return(): a mapping of two texts `YYYY-MM-DD`: from and to.
-#}
{%- macro plausible_times() -%}
{%- set given = var('plausible_times', none) or {} -%}
{{ return({'from': iso_day('plausible_times', 'from', given.get('from') or '1990-01-01'), 'to': iso_day('plausible_times', 'to', given.get('to') or '2099-12-31')}) }}
{%- endmacro -%}

{#-
    The moment as of which everything is told, the variable `as_of`. One that is no time is an error of the engine's
    that shows it.
    Arguments: none.
    Returns: an SQL expression, a UTC timestamp; null when it is not given.
    Mind: it is read from a column, because the engine would try every cast on a bare literal, the wrong ones too.
-#}
{%- macro setting_as_of() -%}
{%- set given = var('as_of', none) -%}
{%- if given is none or (given | string | trim) == '' -%}
cast(null as timestamp)
{%- else -%}
(
        select
            case
                when given.as_of_time is null then cast(given.as_of_text as timestamp)
                else given.as_of_time
            end
        from (
            select
                variable.as_of_text,
                {{ as_timestamp('variable.as_of_text') }} as as_of_time
            from (select '{{ given | string | replace("'", "''") }}' as as_of_text) as variable
        ) as given
    )
{%- endif -%}
{%- endmacro -%}

{#-
    The zone in which days begin, the variable `timezone` (default UTC).
    Arguments: none.
    Returns: an SQL literal, a text.
-#}
{%- macro setting_timezone() -%}
'{{ (var('timezone', none) or 'UTC') | string | replace("'", "''") }}'
{%- endmacro -%}

{#-
    How long after a conversation's last message a disposition may be recorded and still count for it: the variable
    `disposition_grace_hours` (default 24).
    Arguments: none.
    Returns: an SQL literal, a number of hours.
-#}
{%- macro setting_disposition_grace_hours() -%}
{%- set given = var('disposition_grace_hours', none) -%}
{{ 24 if given is none else given }}
{%- endmacro -%}

{#-
    The calendar that counts for all without one of their own, the variable `business_calendar` (default `default`).
    Arguments: none.
    Returns: an SQL literal, a text in lower case.
-#}
{%- macro setting_business_calendar() -%}
'{{ (var('business_calendar', none) or 'default') | string | trim | lower | replace("'", "''") }}'
{%- endmacro -%}

{#-
    The confidence of every interval, the variable `confidence` (default 0.95).
    Arguments: none.
    Returns: an SQL literal, a number.
-#}
{%- macro setting_confidence() -%}
{%- set given = var('confidence', none) -%}
{{ 0.95 if given is none else given }}
{%- endmacro -%}

{#-
    How long a wait lasts before it counts as abandoned, the variable `abandonment_hours` (default 24).
    Arguments: none.
    Returns: an SQL literal, a number of hours.
-#}
{%- macro setting_abandonment_hours() -%}
{%- set given = var('abandonment_hours', none) -%}
{{ 24 if given is none else given }}
{%- endmacro -%}

{#-
    Up to how many seconds a caller who leaves before anybody answers counts as a short abandonment, the variable
    `short_abandonment_seconds` (default 10).
    Arguments: none.
    Returns: an SQL literal, a number of seconds.
    Source: none is standard. Call centres set their own (in Talkdesk and RingCentral the account does); 10 is ours.
-#}
{%- macro setting_short_abandonment_seconds() -%}
{%- set given = var('short_abandonment_seconds', none) -%}
{{ 10 if given is none else given }}
{%- endmacro -%}

{#-
    How long before as_of the latest visible row of an input may lie: the variable `freshness_hours` (default 168).
    Arguments: none.
    Returns: an SQL literal, a number of hours.
-#}
{%- macro setting_freshness_hours() -%}
{%- set given = var('freshness_hours', none) -%}
{{ 168 if given is none else given }}
{%- endmacro -%}

{#-
    Lengths that an export writes in a declared format, as plain numbers of seconds. For the models of a project
    that bring its exports into the shape of the inputs: convsql.seconds_from('"Duration"', '%H:%M').
    Arguments:
        column (SQL): a column of any type.
        format (text): %H, %M and %S, each at most once and in this order, and what stands between them: '%M:%S',
            '%Hh %Mm'.
    Returns: an SQL expression, a text: a plain number, where the value fits; else the value as it was given, so
        that staging counts it. The first of the format may be of any size, those after it are below 60; seconds may
        have decimals.
    Mind: any other directive is a compile error.
-#}
{%- macro seconds_from(column, format) -%}
{%- set of = "seconds_from: the format '" ~ format ~ "' " -%}
{%- set given = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set found = namespace(pattern='', names=[]) -%}
{%- for part in format.split('%') -%}
    {%- set literal = part if loop.first else part[1:] -%}
    {%- if not loop.first -%}
        {%- set name = part[:1] -%}
        {%- if name not in ['H', 'M', 'S'] or found.names and 'HMS'.index(name) <= 'HMS'.index(found.names[-1]) -%}
            {{ exceptions.raise_compiler_error(of ~ 'has %' ~ name ~ ': use %H, %M and %S, each once and in this order') }}
        {%- endif -%}
        {%- set found.pattern = found.pattern ~ ('([0-9]{1,9})' if not found.names else '([0-5]?[0-9])') ~ ('([.][0-9]{1,9})?' if name == 'S' else '') -%}
        {%- set found.names = found.names + [name] -%}
    {%- endif -%}
    {%- for sign in literal -%}
        {%- set found.pattern = found.pattern ~ (' *' if sign == ' ' else ("''" if sign == "'" else ('\\' ~ sign if sign in '\\^$.|?*+()[]{}/' else sign))) -%}
    {%- endfor -%}
{%- endfor -%}
{%- if not found.names -%}
    {{ exceptions.raise_compiler_error(of ~ 'has none of %H, %M and %S') }}
{%- endif -%}
{%- set pattern = '^[' ~ convsql.white_space() ~ ']*' ~ found.pattern ~ '[' ~ convsql.white_space() ~ ']*$' -%}
case
        when regexp_matches({{ given }}, '{{ pattern }}')
            then cast({% for name in found.names %}{{ {'H': 3600, 'M': 60, 'S': 1}[name] }} * cast(regexp_replace({{ given }}, '{{ pattern }}', '\{{ loop.index }}') as bigint){{ ' + ' if not loop.last }}{% endfor %} as varchar)
            {%- if 'S' in found.names %} || regexp_replace({{ given }}, '{{ pattern }}', '\{{ found.names | length + 1 }}'){% endif %}
        else {{ given }}
    end
{%- endmacro -%}

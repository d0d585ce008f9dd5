{#-
    A format of times, as strptime has it, as a pattern. One that can't be used is a compile error that says why.
    Arguments:
        format (text): as time_from has it.
    Returns through return(): a mapping: `pattern`, for use in a quoted literal; `groups`, directive → number of its
        group in it (B counts as b, and both as m); `has_month_name`.
-#}
{%- macro time_format(format) -%}
{%- set shapes = {
    'Y': '[0-9]{4}', 'y': '[0-9]{2}', 'm': '0?[1-9]|1[0-2]', 'd': '0?[1-9]|[12][0-9]|3[01]', 'H': '[01]?[0-9]|2[0-3]', 'I': '0?[1-9]|1[0-2]',
    'M': '[0-5]?[0-9]', 'S': '[0-5]?[0-9]', 'f': '[0-9]{1,9}', 'p': '[AaPp]', 'z': '[+-][0-9]{2}:?[0-9]{2}|[+-][0-9]{2}|UTC|GMT|[Zz]',
    'b': '(?:[Jj][Aa][Nn]|[Ff][Ee][Bb]|[Mm][Aa][Rr]|[Aa][Pp][Rr]|[Mm][Aa][Yy]|[Jj][Uu][Nn]|[Jj][Uu][Ll]|[Aa][Uu][Gg]|[Ss][Ee][Pp]|[Oo][Cc][Tt]|[Nn][Oo][Vv]|[Dd][Ee][Cc])[A-Za-z]*',
} -%}
{%- set of = 'time_from: the format ' ~ "'" ~ format ~ "' " -%}
{%- set parts = format.replace('%%', '\u001f').split('%') -%}
{%- set found = namespace(pattern='', groups={}, has_month_name=false, touches=false) -%}
{%- for part in parts -%}
    {%- set letter = part[:1] if not loop.first else '' -%}
    {%- set literal = part[1:] if not loop.first else part -%}
    {%- if not loop.first -%}
        {%- set letter = 'b' if letter == 'B' else letter -%}
        {%- set name = 'm' if letter == 'b' else letter -%}
        {%- if letter not in shapes or not letter -%}
            {{ exceptions.raise_compiler_error(of ~ "has %" ~ letter ~ ", which is not known: use %Y %y %m %d %H %I %M %S %f %p %b %B %z, and %% for a percent sign") }}
        {%- elif name in found.groups -%}
            {{ exceptions.raise_compiler_error(of ~ 'has %' ~ name ~ ' twice') }}
        {%- endif -%}
        {%- set found.has_month_name = found.has_month_name or letter == 'b' -%}
        {%- set found.groups = dict(found.groups, **{name: found.groups | length + 1}) -%}
        {%- set is_fixed = letter in 'mdHIMS' and (found.touches or (literal == '' and not loop.last)) -%}
        {%- set found.pattern = found.pattern ~ '(' ~ (shapes[letter] | replace('?', '') if is_fixed else shapes[letter]) ~ ')' ~ ('[.]? ?[Mm][.]?' if letter == 'p' else '') -%}
        {%- set found.touches = literal == '' -%}
    {%- endif -%}
    {%- for sign in literal -%}
        {%- if sign == ' ' -%}
            {%- set found.pattern = found.pattern ~ '[ \u00a0\u202f]+' -%}
        {%- else -%}
            {%- set found.pattern = found.pattern ~ ('%' if sign == '\u001f' else ("''" if sign == "'" else ('\\' ~ sign if sign in '\\^$.|?*+()[]{}/' else sign))) -%}
        {%- endif -%}
    {%- endfor -%}
{%- endfor -%}
{%- if ('Y' in found.groups) == ('y' in found.groups) or 'm' not in found.groups or 'd' not in found.groups -%}
    {{ exceptions.raise_compiler_error(of ~ 'needs a year (%Y or %y), a month (%m, %b or %B) and a day (%d), each once') }}
{%- elif 'H' in found.groups and 'I' in found.groups or ('I' in found.groups) != ('p' in found.groups) -%}
    {{ exceptions.raise_compiler_error(of ~ 'needs %I and %p together (hours to 12), or %H alone (hours to 23)') }}
{%- elif 'S' in found.groups and 'M' not in found.groups or 'f' in found.groups and 'S' not in found.groups -%}
    {{ exceptions.raise_compiler_error(of ~ 'has seconds or their fractions without what is above them') }}
{%- endif -%}
{{ return({'pattern': '^[' ~ convsql.white_space() ~ ']*' ~ found.pattern ~ '[' ~ convsql.white_space() ~ ']*$', 'groups': found.groups, 'has_month_name': found.has_month_name}) }}
{%- endmacro -%}

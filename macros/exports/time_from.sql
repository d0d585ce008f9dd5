{#-
    Times that an export writes in a declared format, as ISO 8601 in UTC. For the models of a project that bring its
    exports into the shape of the inputs: convsql.time_from('"Date Sent"', '%m/%d/%Y %I:%M %p',
    zone='America/New_York').
    Arguments:
        column (SQL): a column of any type.
        format (text): how the times are written, as strptime has it: %Y %y %m %d %H %I %M %S %f %p %b %B %z and %%.
            Numbers may have one digit where they do not touch another; a blank stands for one or more. %b and %B
            are English names, short or long; %y is 1969 to 2068. Hours that the format lacks are midnight.
        zone (text, default none): the zone whose clocks the times show, an IANA name; none for UTC, or where the
            format has %z.
    Returns: an SQL expression, a text: the time in UTC, ending in +00:00, where the value fits the format and is a
        day that exists; else the value as it was given, so that staging counts it. A column of type TIMESTAMP or
        DATE fits any format.
    Mind: an hour that the clocks show twice in autumn is its first; one that they skip in spring is as much later
        as they jump: both follow from the offset that was in force before (earlier_utc). Any other directive, a
        format without year, month or day, and an unknown zone are compile errors.
-#}
{%- macro time_from(column, format, zone=none) -%}
{%- set given = 'cast(' ~ column ~ ' as varchar)' -%}
{%- set parsed = convsql.time_format(format) -%}
{%- if zone is not none and zone not in convsql.known_zones() -%}
    {{ exceptions.raise_compiler_error("time_from: unknown zone '" ~ zone ~ "': write an IANA name such as 'Europe/Berlin'") }}
{%- elif zone is not none and 'z' in parsed.groups -%}
    {{ exceptions.raise_compiler_error("time_from: the format '" ~ format ~ "' has %z, so the zone is in the values: leave out zone='" ~ zone ~ "'") }}
{%- endif -%}
{%- set of = parsed.groups -%}
{%- set year = '20\\' ~ of['y'] if 'y' in of else '\\' ~ of['Y'] -%}
{%- set hour = '\\' ~ (of.get('H') or of['I']) if 'H' in of or 'I' in of else '0' -%}
{%- set put = year ~ '-\\' ~ of['m'] ~ '-\\' ~ of['d'] ~ ' ' ~ hour ~ ':' ~ ('\\' ~ of['M'] if 'M' in of else '0') ~ ':' ~ ('\\' ~ of['S'] if 'S' in of else '0') ~ ('.\\' ~ of['f'] if 'f' in of else '') -%}
{%- set iso = namespace(text='regexp_replace(' ~ given ~ ", '" ~ parsed.pattern ~ "', '" ~ put ~ "')") -%}
{%- if 'y' in of -%}
    {%- set iso.text = "regexp_replace(" ~ iso.text ~ ", '^20(69|[789][0-9])-', '19\\1-')" -%}
{%- endif -%}
{%- if parsed.has_month_name -%}
    {%- set iso.text = "regexp_replace(lower(" ~ iso.text ~ "), '-([a-z]{3})[a-z]*-', '-\\1-')" -%}
    {%- for name in ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] -%}
        {%- set iso.text = 'replace(' ~ iso.text ~ ", '-" ~ name ~ "-', '-" ~ '%02d' | format(loop.index) ~ "-')" -%}
    {%- endfor -%}
{%- endif -%}
{%- for _ in range(2) -%}
    {%- set iso.text = 'regexp_replace(' ~ iso.text ~ ", '([- :])([0-9])([^0-9]|$)', '\\10\\2\\3', 'g')" -%}
{%- endfor -%}
{%- set local = namespace(text='cast(' ~ iso.text ~ ' as timestamp)') -%}
{%- if 'p' in of -%}
    {%- set half = "upper(regexp_replace(" ~ given ~ ", '" ~ parsed.pattern ~ "', '\\" ~ of['p'] ~ "'))" -%}
    {%- set local.text = '(' ~ local.text ~ ' + case when substring(' ~ iso.text ~ ", 12, 2) = '12' then -12 else 0 end * interval '1' hour + case when " ~ half ~ " = 'P' then 12 else 0 end * interval '1' hour)" -%}
{%- endif -%}
{%- if 'z' in of -%}
    {%- set offset = "regexp_replace(regexp_replace(" ~ given ~ ", '" ~ parsed.pattern ~ "', '\\" ~ of['z'] ~ "'), '^(UTC|GMT|Z|z)$', '+00')" -%}
    {%- set utc = "cast(cast(" ~ local.text ~ ' as varchar) || ' ~ offset ~ " as timestamptz) at time zone 'UTC'" -%}
{%- else -%}
    {%- set utc = local.text if zone is none else convsql.earlier_utc(local.text, zone) -%}
{%- endif -%}
case
        when typeof({{ column }}) in ('TIMESTAMP', 'TIMESTAMP_S', 'TIMESTAMP_MS', 'TIMESTAMP_NS', 'DATE')
            then cast({{ 'cast(' ~ column ~ ' as timestamp)' if zone is none else convsql.earlier_utc('cast(' ~ column ~ ' as timestamp)', zone) }} as varchar) || '+00:00'
        when regexp_matches({{ given }}, '{{ parsed.pattern }}') and regexp_matches({{ iso.text }}, '^{{ convsql.whole_day() }} ') and {{ iso.text }} >= '0001'
            then cast({{ utc }} as varchar) || '+00:00'
        else {{ given }}
    end
{%- endmacro -%}

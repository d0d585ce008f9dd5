{#-
    What to do about values that could not be read.
    Arguments:
        reason (SQL): the reason of staging_unreadable.
        column (SQL): the name of the column that holds them, as a text.
    Returns: an SQL expression, a text; null of any other reason.
    Mind: what is said to be written stands in a model of the user's, models/inputs/<input>.sql (docs/inputs.md).
-#}
{%- macro advice_on(reason, column) -%}
case {{ reason }}
        when 'no_time' then 'write times as 2026-01-31 10:00:00, with a zone such as +02:00 where they are not UTC, or declare how they are written: '
            || '{{ '{{' }} convsql.time_from(''' || {{ column }} || ''', ''%d %b %H:%M %Y'', zone=''Europe/Berlin'') {{ '}}' }}'
        when 'two_dates' then '03/04/2026 is 3 April or 4 March: say which comes first: '
            || '{{ '{{' }} convsql.time_from(''' || {{ column }} || ''', ''%m/%d/%Y %H:%M'', zone=''UTC'') {{ '}}' }} for months, ''%d/%m/%Y %H:%M'' for days'
        when 'no_number' then 'write plain numbers such as 1200.50'
        when 'two_numbers' then '1,234 is 1234 or 1.234: say which sign is the decimal one: '
            || '{{ '{{' }} convsql.number_from(''' || {{ column }} || ''', decimal=''.'', thousands='','') {{ '}}' }}, or decimal='','', thousands=''.'''
        when 'no_duration' then 'write lengths in seconds, or as 2:00 and 1:02:03, or declare how they are written: '
            || '{{ '{{' }} convsql.seconds_from(''' || {{ column }} || ''', ''%H:%M'') {{ '}}' }}'
        when 'digits_lost' then 'a tool made numbers of these ids, and digits are gone: export them again as text'
        when 'no_score' then 'write numbers from -1 to 1'
        when 'not_listed' then case {{ column }}
            when 'direction' then 'map them to inbound and outbound: '
            else 'map them to contact, rep, bot and system: '
        end || '{{ '{{' }} convsql.mapped(''' || {{ column }} || ''', {' || case {{ column }} when 'direction' then '''In'': ''inbound''' else '''Agent'': ''rep''' end || '}) {{ '}}' }}'
    end
{%- endmacro -%}

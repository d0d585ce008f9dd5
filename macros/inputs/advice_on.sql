{#-
    What to do about values that could not be read.
    Arguments:
        reason (SQL): the reason of staging_unreadable.
        column (SQL): the name of the column that holds them, as a text.
    Returns: an SQL expression, a text; null of any other reason.
-#}
{%- macro advice_on(reason, column) -%}
case {{ reason }}
        when 'no_time' then 'write times as 2026-01-31 10:00:00, with a zone such as +02:00 where they are not UTC'
        when 'no_number' then 'write plain numbers such as 1200.50, and lengths in seconds'
        when 'no_score' then 'write numbers from -1 to 1'
        when 'not_listed' then case {{ column }}
            when 'direction' then 'map them to inbound and outbound'
            else 'map them to contact, rep, bot and system'
        end
    end
{%- endmacro -%}

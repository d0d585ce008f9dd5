{#-
    Up to three different values of a text column, of the first sixty characters each, in quotes, each with the row
    in which it stands: `'$5x' (deal_id d1)`.
    Arguments:
        column (SQL): a column, a text as lost_value writes it.
        key (text, default none): the name of the column that tells rows apart; none where the values are its own.
    Returns: an SQL aggregate, a text; null where every value is.
    Mind: the samples are the least text, the greatest, and the one whose md5 is least, which is as good as drawn by
        lot and yet the same on every build. Of the rows with one value the least shows that with the least key, the
        greatest that with the greatest.
-#}
{%- macro samples_of(column, key=none) -%}
{%- set first = "split_part(" -%}
{%- set last = ", '\u001f', 1)" -%}
{%- set least, greatest = 'min(' ~ column ~ ')', 'max(' ~ column ~ ')' -%}
{%- set drawn = 'substring(min(case when ' ~ column ~ ' is not null then md5(' ~ first ~ column ~ last ~ ') || ' ~ column ~ ' end), 33)' -%}
{%- set shown = ["'''' || replace(", ", '\u001f', ''' (" ~ key ~ " ') || ')'"] if key else ["'''' || ", " || ''''"] -%}
{{ shown | join(least) }}
            || case when {{ first ~ greatest ~ last }} <> {{ first ~ least ~ last }} then ', ' || {{ shown | join(greatest) }} else '' end
            || case
                when {{ first ~ drawn ~ last }} not in ({{ first ~ least ~ last }}, {{ first ~ greatest ~ last }})
                    then ', ' || {{ shown | join(drawn) }}
                else ''
            end
{%- endmacro -%}

{#-
    Local time as UTC. An hour that the clocks show twice is its first; one that they skip is as much later as they
    jump.
    Arguments:
        local (SQL): a timestamp, as the clocks of the zone show it. It is written many times.
        zone (text): an IANA name.
    Returns: an SQL expression, a UTC timestamp; null of null.
    Mind: both follow from one rule: where the offset of the day before fits, or none does, it counts; else that of
        the day after. Only UTC is turned to local time, which has one answer on every engine. Two changes within
        two days, which no zone of today knows, are beyond it.
-#}
{%- macro earlier_utc(local, zone) -%}
{%- set name = "'" ~ zone ~ "'" -%}
{%- set before = '(' ~ local ~ " + (" ~ local ~ " - interval '1' day - (" ~ convsql.utc_to_local(local ~ " - interval '1' day", name) ~ ')))' -%}
{%- set after = '(' ~ local ~ " + (" ~ local ~ " + interval '1' day - (" ~ convsql.utc_to_local(local ~ " + interval '1' day", name) ~ ')))' -%}
case
        when ({{ convsql.utc_to_local(before, name) }}) <> {{ local }} and ({{ convsql.utc_to_local(after, name) }}) = {{ local }}
            then {{ after }}
        else {{ before }}
    end
{%- endmacro -%}

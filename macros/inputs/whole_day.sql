{#-
    A pattern of the days that exist, YYYY-MM-DD, leap days of leap years alone.
    Arguments: none.
    Returns: a group of a pattern, for use in a quoted literal; the year 0 fits it.
-#}
{%- macro whole_day() -%}
([0-9]{4}-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)|02-(0[1-9]|1[0-9]|2[0-8]))|([0-9]{2}(0[48]|[2468][048]|[13579][26])|([02468][048]|[13579][26])00)-02-29)
{%- endmacro -%}

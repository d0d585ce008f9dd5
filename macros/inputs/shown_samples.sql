{#-
    Samples as people read them: each value once, in quotes, with its row where it has one: `'$5x' (deal_id d1)`.
    Arguments:
        samples (SQL): a column as samples_of makes it.
    Returns: an SQL expression, a text; null of null.
-#}
{%- macro shown_samples(samples) -%}
{%- set separator = "'\u001f'" -%}
{%- set part = 'split_part(' ~ samples ~ ", '\u001f\u001e', " -%}
{%- set values = ['split_part(' ~ samples ~ ', ' ~ separator ~ ', 1)', 'split_part(' ~ part ~ '2), ' ~ separator ~ ', 1)', 'split_part(' ~ part ~ '3), ' ~ separator ~ ', 1)'] -%}
'''' || replace({{ part }}1), {{ separator }}, '')
            || case when {{ values[1] }} <> {{ values[0] }} then ', ''' || replace({{ part }}2), {{ separator }}, '') else '' end
            || case
                when {{ values[2] }} not in ({{ values[0] }}, {{ values[1] }}) then ', ''' || replace({{ part }}3), {{ separator }}, '')
                else ''
            end
{%- endmacro -%}

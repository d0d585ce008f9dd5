{#-
    A code, channel, direction, status, stage, kind, role or industry.
    Arguments:
        column (SQL): a column of any type.
        with_null_words (boolean, default false): true to read the words of `null_words` as nothing given, as in inputs.
    Returns: an SQL expression, a text: trimmed, lower-cased, null when blank.
    Mind: plain functions, with no CASE and no pattern in them, are run once per distinct value of a dictionary-encoded
        column; so the words are looked for in one text, each between separators (U+001F, which white space is).
-#}
{%- macro as_code(column, with_null_words=false) -%}
{%- set tidy = 'lower(trim(cast(' ~ column ~ " as varchar), '" ~ convsql.white_space() ~ "'))" -%}
{%- if with_null_words -%}
case
        when strpos({{ convsql.string_literal('\u001f\u001f' ~ convsql.null_words() | join('\u001f') ~ '\u001f') }}, '{{ '\u001f' }}' || {{ tidy }} || '{{ '\u001f' }}') = 0
            then {{ tidy }}
    end
{%- else -%}
nullif({{ tidy }}, '')
{%- endif -%}
{%- endmacro -%}

{#-
    The words of an export as those of an input. For the models of a project that bring its exports into the shape
    of the inputs: convsql.mapped('"Status"', {'Left a message': 'voicemail'}).
    Arguments:
        column (SQL): a column of any type.
        mapping (mapping): a word of the export → what it is; none where it says nothing. Case and white space
            around a word do not count.
    Returns: an SQL expression, a text: what the word is mapped to, else the value as it was given.
    Mind: no mapping at all, and a word that is mapped twice, are compile errors.
-#}
{%- macro mapped(column, mapping) -%}
{%- set words = mapping.keys() | map('string') | map('trim') | map('lower') | list -%}
{%- if not words -%}
    {{ exceptions.raise_compiler_error("mapped: nothing is mapped: write {'word of the export': 'word of the input'}") }}
{%- elif words | unique | list | length < words | length -%}
    {{ exceptions.raise_compiler_error('mapped: a word is mapped twice: ' ~ words | sort | join(', ')) }}
{%- endif -%}
case lower(trim(cast({{ column }} as varchar), '{{ convsql.white_space() }}'))
        {%- for word, meaning in mapping.items() %}
        when {{ convsql.string_literal(word | string | trim | lower) }} then {{ convsql.string_literal(meaning) }}
        {%- endfor %}
        else cast({{ column }} as varchar)
    end
{%- endmacro -%}

{#-
    A pattern of the null words (`null_words`) in whatever case, as the alternatives of a group.
    Arguments: none.
    Returns: the inside of a group of a pattern, for use in a quoted literal; an empty text when there are none.
-#}
{%- macro null_word_pattern() -%}
{%- for word in null_words() -%}
    {%- for letter in word -%}
        {%- if letter | upper != letter -%}[{{ letter }}{{ letter | upper }}]
        {%- elif letter in '\\^$.|?*+()[]{}/' -%}\{{ letter }}
        {%- elif letter == "'" -%}''
        {%- else -%}{{ letter }}
        {%- endif -%}
    {%- endfor -%}
    {{- '|' if not loop.last }}
{%- endfor -%}
{%- endmacro -%}

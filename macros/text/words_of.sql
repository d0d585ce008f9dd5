{#-
    The words of a text in lower case, each led by one space, so that a phrase is found where it begins a word: `prices`
    holds `price`, `surprise` does not. What stands between words is white space and punctuation, ASCII and the usual
    other; letters of any script are letters.
    Arguments:
        text (SQL): a text.
    Returns: an SQL expression, a text; null of null, and empty where there is no word.
-#}
{%- macro words_of(text) -%}
rtrim(' ' || ltrim(regexp_replace(lower({{ text }}), '[{{ white_space() }}!-/:-@\[-`{-~¡¿«»‘’‚“”„‐‑–—…،؛؟、。]+', ' ', 'g')))
{%- endmacro -%}

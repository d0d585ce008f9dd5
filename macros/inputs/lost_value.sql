{#-
    A value that was given and could not be read, with the row in which it stands, for samples_of.
    Arguments:
        given (SQL): the value as given, of any type.
        key (text, default none): the name of the column that tells rows apart; none where the value is that itself.
    Returns: an SQL expression over `<key>_given` and `unread_key`, what stands for a key that was not read, a text: the
        first sixty characters, and after a separator (U+001F) the quote that ends them and the first sixty of the key;
        null where nothing was given.
-#}
{%- macro lost_value(given, key=none) -%}
substring({{ as_label(given) }}, 1, 60) || '{{ "\u001f" }}''
{%- if key is not none %} ({{ key }} ' || substring(coalesce(unread_key, cast({{ key }}_given as varchar)), 1, 60) || ')'{% else %}'{% endif %}
{%- endmacro -%}

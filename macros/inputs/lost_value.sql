{#-
    A value that was given and could not be read, with the row in which it stands, for samples_of.
    Arguments:
        given (SQL): the value as given, of any type.
        key (SQL, default none): what tells the row apart, as given; none where the value is that itself.
    Returns: an SQL expression, a text: the first sixty characters, and after a separator (U+001F) those of the key, `?`
        where it has none; null where nothing was given.
-#}
{%- macro lost_value(given, key=none) -%}
substring({{ as_label(given) }}, 1, 60)
{%- if key is not none %} || '{{ "\u001f" }}' || coalesce(substring({{ as_label(key) }}, 1, 60), '?'){% endif %}
{%- endmacro -%}

{% macro make_keys(x) %}{{ x }}{% endmacro %}

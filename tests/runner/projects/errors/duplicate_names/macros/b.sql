{% macro m() %}{% endmacro %}

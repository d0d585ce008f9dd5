{% test at_least(model, column_name, least=1) %}
{{ config(tags=['numbers']) }}
select {{ column_name }} from {{ model }} where {{ column_name }} < {{ least }}
{% endtest %}

{#-
    The experiments of the variable `experiments` whose control is kept out of all others for good.
    Arguments: none.
    Returns through return(): a list of names.
-#}
{% macro declared_holdouts() %}
    {{ return(declared_experiments() | selectattr('is_holdout') | map(attribute='name') | list) }}
{% endmacro %}

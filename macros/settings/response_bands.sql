{#-
    The bands of response_curve: the variable `response_minutes`, the minutes at which one ends and the next begins
    (default 5, 30, 60, 240, 1440; an empty list for no curve). A number not above 0 is a compile error.
    Arguments: none.
    Returns through return(): a list of mappings in their order: number, name (`under_5m`, `5m_to_30m`, `over_24h`),
        from and to (minutes; none for the last). Empty without limits.
-#}
{% macro response_bands() %}
    {%- set given = var('response_minutes', none) -%}
    {%- set out = namespace(limits=[], items=[], from=0, said='') -%}
    {%- for limit in ([5, 30, 60, 240, 1440] if given is none else given) -%}
        {%- if limit | float <= 0 -%}
            {{ exceptions.raise_compiler_error('response_minutes: `' ~ limit ~ '` is no number of minutes above 0') }}
        {%- endif -%}
        {%- set out.limits = out.limits + [limit | float] -%}
    {%- endfor -%}
    {%- for limit in out.limits | unique | sort -%}
        {%- set size = limit / 60 if limit % 60 == 0 else limit -%}
        {%- set said = (size | int if size == size | int else size) ~ ('h' if limit % 60 == 0 else 'm') -%}
        {%- set name = 'under_' ~ said if loop.first else out.said ~ '_to_' ~ said -%}
        {%- set out.items = out.items + [{'number': loop.index, 'name': name, 'from': out.from, 'to': limit}] -%}
        {%- set out.from = limit -%}
        {%- set out.said = said -%}
    {%- endfor -%}
    {%- if out.items -%}
        {%- set out.items = out.items + [{'number': out.items | length + 1, 'name': 'over_' ~ out.said, 'from': out.from, 'to': none}] -%}
    {%- endif -%}
    {{ return(out.items) }}
{% endmacro %}

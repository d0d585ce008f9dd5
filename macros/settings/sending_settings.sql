{#-
    How sending_rules compares what was sent with the seed messaging_rules: the variable `sending_rules`, a mapping of
    enabled (default true; false for no rows) and territory_zones (a mapping of each territory of contacts to an IANA
    zone; default none, and quiet hours are not known).
    Arguments: none.
    Returns through return(): a mapping of is_on and zones (a list of mappings of territory and zone).
-#}
{% macro sending_settings() %}
    {%- set given = var('sending_rules', none) or {} -%}
    {%- set out = namespace(zones=[]) -%}
    {%- for territory, zone in (given.get('territory_zones') or {}).items() -%}
        {%- set out.zones = out.zones + [{'territory': territory | string | trim, 'zone': zone | string}] -%}
    {%- endfor -%}
    {{ return({'is_on': given.get('enabled') is none or given.get('enabled'), 'zones': out.zones}) }}
{% endmacro %}

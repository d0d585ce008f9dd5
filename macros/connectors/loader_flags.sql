{#-
    The columns by which loaders tell deleted records and earlier versions; any may be absent.
    Arguments: none.
    Returns through return(): a list of names.
-#}
{%- macro loader_flags() -%}
{{ return(['_fivetran_deleted', 'is_deleted', '_fivetran_active', '_fivetran_end']) }}
{%- endmacro -%}

select 1 as id,
  '{{ adapter.get_columns_in_relation(this) }}' as x

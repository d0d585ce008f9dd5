select nothing from (select 1 as id) as t

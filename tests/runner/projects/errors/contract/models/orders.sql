select 1 as order_id, 'x' as status, 1.5 as amount, 2 as extra

{{ config(materialized='view') }}
-- a reserved word as a name, one with quotes as a column, and tables called by their own names
select stg_orders.order_id as "select", stg_orders.status as "the ""status"""
from {{ ref('stg_orders') }}
inner join {{ ref('stg_customers') }} on stg_customers.customer_id = stg_orders.customer_id

{{ config(enabled = var('also', false)) }}
select 1 as id

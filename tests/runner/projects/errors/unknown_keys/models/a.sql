{{ config(materialized='tabel', shema='x') }}
select 1 as id

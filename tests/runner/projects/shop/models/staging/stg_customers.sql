with renamed as (
    select
        id as customer_id,
        name as customer_name,
        email,
        signed_up,
        is_staff
    from {{ ref('raw_customers') }}
)

select * from renamed

-- Grain: one row per replicate and group of ids (bucket_of) that is drawn in it.
-- Mind: replicate 0 is what was seen, each group once. The others draw 64 of the 64 groups with replacement, from a sequence that is the same
-- on every machine: a linear step and a square, modulo 2^31 - 1.

{%- set settings = credit_settings() %}

with

digits as (

    {% call(digit, number) union_of(range(10)) -%}
    select {{ digit }} as digit
    {%- endcall %}

),

hundred as (

    select 10 * tens.digit + ones.digit as number
    from digits as tens
    cross join digits as ones

),

draws as (

    select
        replicates.number as replicate,
        (cast(replicates.number * 64 + draws.number as bigint) * 1103515245 + 12345) % 2147483647 as stirred
    from hundred as replicates
    cross join hundred as draws
    where
        replicates.number between 1 and {{ settings.replicates }}
        and draws.number < 64

),

drawn as (

    select
        replicate,
        (stirred * stirred + 48271) % 2147483647 % 64 as bucket
    from draws

),

final as (

    select
        cast(replicate as bigint) as replicate,
        cast(bucket as bigint) as bucket,
        cast(count(*) as bigint) as weight
    from drawn
    group by
        replicate,
        bucket

    union all

    select
        cast(0 as bigint) as replicate,
        cast(number as bigint) as bucket,
        cast(1 as bigint) as weight
    from hundred
    where number < 64

)

select * from final
where {{ 'true' if settings.metrics else 'false' }}

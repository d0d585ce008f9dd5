-- Grain: one row per conversation drawn for review, or reviewed: a fixed number of each recorded category, at random by the variable `audit_seed`.
-- Mind: the draw is the order of md5 over seed and conversation: the same data and seed draw the same sample. A review of a
-- conversation that is not drawn today counts too, for it was drawn when there were fewer; review none but those drawn.

with

recorded as (

    select
        conversation_id,
        contact_id,
        owner_id,
        started_at,
        disposition_code,
        disposition_category,
        md5({{ setting_audit_seed() }} || ':' || conversation_id) as draw
    from {{ ref('conversations') }}
    where disposition_category is not null

),

{% if has_disposition_reviews() -%}
reviews as (

    select
        conversation_id,
        min(lower({{ trim_white('category') }})) as reviewed_category
    from {{ ref('disposition_reviews') }}
    where {{ trim_white('category') }} <> ''
    group by conversation_id

),

{% endif -%}
drawn as (

    select
        *,
        row_number() over (
            partition by disposition_category
            order by draw, conversation_id
        ) as sample_number,
        count(*) over (partition by disposition_category) as category_count
    from recorded

),

reviewed as (

    select
        drawn.*,
        {% if has_disposition_reviews() -%}
        reviews.reviewed_category
        {%- else -%}
        cast(null as varchar) as reviewed_category
        {%- endif %}
    from drawn
    {%- if has_disposition_reviews() %}
    left join reviews
        on drawn.conversation_id = reviews.conversation_id
    {%- endif %}

),

final as (

    select
        conversation_id,
        contact_id,
        owner_id,
        started_at,
        disposition_code,
        disposition_category,
        cast(category_count as bigint) as category_count,
        cast(sample_number as bigint) as sample_number,
        sample_number <= {{ setting_audit_sample_size() }} as is_drawn,
        reviewed_category
    from reviewed
    where
        sample_number <= {{ setting_audit_sample_size() }}
        or reviewed_category is not null

)

select * from final

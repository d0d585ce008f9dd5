{#-
    Which record of HubSpot went into which, of contacts or of deals. The surviving record lists those that went into
    it (hs_merged_object_ids `21;22`, hs_calculated_merged_vids `21:1704800000000;22:…`); older loaders have a table of
    merges. A merge makes a new record, into which both go, and that one may be merged again: the way is followed to
    its end.
    Arguments:
        objects (relation): the table of the records; none has no rows.
        key (text): the column of their id.
        lists (list): names of the columns that list merged ids; each may be absent.
        audit (relation): the table of merges; none has no rows.
        merged (text): its column of the id that was merged away.
        canonical (text): its column of the id that is left.
    Returns: a query, to follow `with recursive`: CTEs and a select of merged_id and canonical_id, one row per
        merged_id.
    Mind: a record that is still there does not go into one that is not; of several it goes into the one that is there,
        of these the latest (the greatest id). A way of more than 16 merges, or a circle, is not followed further.
-#}
{%- macro hubspot_merges(objects, key, lists, audit, merged, canonical) -%}
objects as (

    select
        {{ as_id('versions.' ~ key) }} as id,
        max(case when {{ is_current('versions') }} then 1 else 0 end) as is_there
    from {{ raw_rows(objects, [key], lists + loader_flags()) }} as versions
    group by {{ as_id('versions.' ~ key) }}

),

-- ids are numbers, whatever a loader writes between them; what is left of a list ends with a semicolon until nothing is left
listed as (

    {% call(column, number) union_of(lists) -%}
    select distinct
        {{ as_id('versions.' ~ key) }} as canonical_id,
        {{ listed_ids('versions.' ~ column, kept=':') }} || ';' as rest
    from {{ raw_rows(objects, [key], [column]) }} as versions
    where {{ as_text('versions.' ~ column) }} is not null
    {%- endcall %}

),

pieces as (

    select
        canonical_id,
        cast('' as varchar) as piece,
        rest
    from listed

    union all

    select
        canonical_id,
        split_part(rest, ';', 1) as piece,
        substring(rest, length(split_part(rest, ';', 1)) + 2) as rest
    from pieces
    where length(rest) > 0

),

named as (

    select
        {{ as_id("split_part(pieces.piece, ':', 1)") }} as merged_id,
        canonical_id
    from pieces

    union all

    select
        audit.{{ merged }} as merged_id,
        audit.{{ canonical }} as canonical_id
    from {{ current_rows(audit, [merged, canonical], [], ids=[merged, canonical]) }} as audit

),

merges as (

    select distinct
        named.merged_id,
        named.canonical_id
    from named
    where
        named.merged_id is not null
        and named.canonical_id is not null

),

ranked as (

    select
        merges.merged_id,
        merges.canonical_id,
        row_number() over (
            partition by merges.merged_id
            order by coalesce(canonical.is_there, 0) desc, length(merges.canonical_id) desc, merges.canonical_id desc
        ) as place
    from merges
    left join objects as canonical
        on merges.canonical_id = canonical.id
    left join objects as merged
        on merges.merged_id = merged.id
    where
        merges.merged_id <> merges.canonical_id
        and coalesce(canonical.is_there, 0) >= coalesce(merged.is_there, 0)

),

moves as (

    select
        merged_id,
        canonical_id
    from ranked
    where place = 1

),

ways as (

    select
        merged_id,
        canonical_id,
        1 as moves_made
    from moves

    union all

    select
        ways.merged_id,
        moves.canonical_id,
        ways.moves_made + 1 as moves_made
    from ways
    inner join moves
        on ways.canonical_id = moves.merged_id
    where ways.moves_made < 16

),

ends as (

    select
        merged_id,
        max(moves_made) as moves_made
    from ways
    group by merged_id

),

final as (

    select
        ways.merged_id,
        ways.canonical_id
    from ways
    inner join ends
        on
            ways.merged_id = ends.merged_id
            and ways.moves_made = ends.moves_made
    where ways.merged_id <> ways.canonical_id

)

select * from final
{%- endmacro -%}

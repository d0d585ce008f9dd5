{#-
    The contacts of Intercom's conversations with what tells whether they are so now: without history mode every version
    of a conversation lists its contacts again, and those of the last one count.
    Arguments: none.
    Returns: a query of conversation_id, contact_id and is_latest, one row per row of the table that the loader calls
        current.
-#}
{%- macro intercom_conversation_contacts() -%}
select
        conversation_id,
        contact_id,
        coalesce(cast(conversation_updated_at as varchar), '')
        = coalesce(max(cast(conversation_updated_at as varchar)) over (partition by conversation_id), '') as is_latest
    from {{ current_rows(
        source('intercom', 'conversation_contact_history') if has_table('intercom', 'conversation_contact_history') else none,
        ['conversation_id', 'contact_id'], ['conversation_updated_at'], ids=['conversation_id', 'contact_id']
    ) }} as rows_read
{%- endmacro -%}

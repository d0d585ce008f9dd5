{#-
    Who wrote a message. Reads sender_type, direction and rep_id of a relation with the columns of stg_messages.
    Arguments: none.
    Returns: an SQL expression, a text and never null: contact, rep, bot or system. It is what the message says of its
        sender; else an inbound one is the contact's, and an outbound one a rep's where a rep is named, else a bot's.
-#}
{% macro sender_of() -%}
case
    when sender_type is not null then sender_type
    when direction = 'inbound' then 'contact'
    when rep_id is not null then 'rep'
    else 'bot'
end
{%- endmacro %}

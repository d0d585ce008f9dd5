{#-
    An e-mail address by which two writings of one address are the same: in lower case, without white space, `mailto:`
    and the name before it (`Ann <ann@x.example>`). Addresses with a plus are addresses of their own.
    Arguments:
        column (SQL): one address. It is written many times: give a column.
    Returns: an SQL expression, a text; null of what is no address, of senders that nobody reads (noreply@…) and of
        words that were put where an address was asked for (none@none.com, test@test.com).
-#}
{%- macro email_key(column) -%}
{%- set words = '(?:none|null|no|na|n[.]a|nil|test|tests|testing|noemail|no[._-]email|nomail|email|unknown|nobody|anonymous|fake|asdf|abc|xxx?|aaa?|example)' -%}
{%- set text = "trim(lower(cast(" ~ column ~ " as varchar)), '" ~ convsql.white_space() ~ "')" -%}
{%- set inside = "case when " ~ text ~ " like '%<%@%>%' then split_part(split_part(" ~ text ~ ", '<', 2), '>', 1) else " ~ text ~ " end" -%}
{%- set address = "trim(split_part(replace(" ~ inside ~ ", 'mailto:', ''), '?', 1), '" ~ convsql.white_space() ~ ".''\"')" -%}
case
        when not regexp_matches({{ address }}, '^[^@{{ convsql.white_space() }}<>]+@[^@{{ convsql.white_space() }}<>]+[.][^@{{ convsql.white_space() }}<>.]+$')
            then null
        when regexp_matches({{ address }}, '^(?:no[._-]?reply|do[._-]?not[._-]?reply|mailer-daemon|postmaster)@')
            then null
        when regexp_matches({{ address }}, '^{{ words }}@{{ words }}[.][^@]+$')
            then null
        else {{ address }}
    end
{%- endmacro -%}

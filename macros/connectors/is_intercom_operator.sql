{#-
    Whether an admin of Intercom is no person but Operator, the account by which Intercom's bots and workflows speak.
    Its address is operator+<workspace>@intercom.io.
    Arguments:
        admins (text): the name of a relation with the column email.
    Returns: an SQL condition, never null.
-#}
{%- macro is_intercom_operator(admins) -%}
coalesce({{ as_code(admins ~ '.email') }}, '') like 'operator%@intercom.io'
{%- endmacro -%}

{#-
    What Twilio writes in place of a number that the caller withholds: a word, or its letters as digits.
    Arguments: none.
    Returns through return(): a list of texts in lower case.
-#}
{%- macro twilio_withheld() -%}
{{ return([
    'anonymous', 'restricted', 'blocked', 'unknown', 'unavailable', 'private', '+266696687', '266696687', '+7378742833', '7378742833',
    '+2562533', '2562533', '+8656696', '8656696', '+86282452253', '86282452253', '+464', '464',
]) }}
{%- endmacro -%}

{#-
    From which mean score a conversation is of which band: the variable `sentiment_cutoffs`, a mapping of very_happy
    (0.5), happy (0.05) and unhappy (-0.05; at most). Cutoffs that do not fall in this order are a compile error.
    Arguments: none.
    Returns through return(): a mapping of the three names to numbers.
    Source: VADER's authors take 0.05 and -0.05 (Hutto and Gilbert, ICWSM 2014); 0.5 is ours.
-#}
{%- macro sentiment_cutoffs() -%}
{%- set given = var('sentiment_cutoffs', none) or {} -%}
{%- set out = namespace(limits={}) -%}
{%- for name, default in [('very_happy', 0.5), ('happy', 0.05), ('unhappy', -0.05)] -%}
    {%- set limit = given.get(name) -%}
    {%- set out.limits = dict(out.limits, **{name: (default if limit is none else limit) | float}) -%}
{%- endfor -%}
{%- if not out.limits.very_happy > out.limits.happy > out.limits.unhappy -%}
    {{ exceptions.raise_compiler_error('sentiment_cutoffs: very_happy, happy and unhappy must fall in this order') }}
{%- endif -%}
{{ return(out.limits) }}
{%- endmacro -%}

{#-
    The bands of conversations by sentiment.
    Arguments: none.
    Returns through return(): a list of names from the best to the worst, and last that of conversations without a
        scored text.
-#}
{%- macro sentiment_bands() -%}
{{ return(['very_happy', 'happy', 'neutral', 'unhappy', 'unscored']) }}
{%- endmacro -%}

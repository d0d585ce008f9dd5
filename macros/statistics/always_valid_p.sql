{#-
    The p of a difference that holds however often it is looked at: one over the mixture of likelihood ratios, at most
    1.
    Arguments:
        z (SQL): how many standard errors from 0. It is written several times: give a column.
        mixed (SQL): subjects × always_valid_rho_squared, a column.
    Returns: an SQL expression, a double above 0; null of null.
    Source: the mixture sequential probability ratio test (Johari, Koomen, Pekelis and Walsh, Operations Research 70,
        2022), with a normal prior whose variance is `mixed` times the error's square.
-#}
{% macro always_valid_p(z, mixed) -%}
    case
        when {{ z }} is null then null
        when {{ z }} * {{ z }} * {{ mixed }} <= ({{ mixed }} + 1) * ln({{ mixed }} + 1) then 1e0
        else exp((ln({{ mixed }} + 1) - {{ z }} * {{ z }} * {{ mixed }} / ({{ mixed }} + 1)) / 2)
    end
{%- endmacro %}

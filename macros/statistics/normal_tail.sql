{#-
    The share of the standard normal distribution beyond |z|, on one side: a ratio of polynomials up to 5 sqrt(2), a
    continued fraction beyond, 0 from 37 on. Worst error 3e-15.
    Arguments:
        z (SQL): any double. It is written many times: give a column.
    Returns: an SQL expression, a double between 0 and one half; null of null.
    Source: Hart's algorithm 5666 (Computer Approximations, 1968) as West gives it (Better approximations to cumulative
        normal functions, Wilmott, 2005).
-#}
{% macro normal_tail(z) -%}
    {%- set x = 'abs(' ~ z ~ ')' -%}
    case
        when {{ x }} > 37 then 0e0
        when {{ x }} < 7.07106781186547e0 then
            exp(-{{ z }} * {{ z }} / 2)
            * ({{ polynomial(x, [
                '3.52624965998911e-2', '7.00383064443688e-1', '6.37396220353165e0', '3.3912866078383e1', '1.12079291497871e2',
                '2.21213596169931e2', '2.20206867912376e2',
            ]) }})
            / ({{ polynomial(x, [
                '8.83883476483184e-2', '1.75566716318264e0', '1.6064177579207e1', '8.67807322029461e1', '2.96564248779674e2',
                '6.37333633378831e2', '7.93826512519948e2', '4.40413735824752e2',
            ]) }})
        else
            exp(-{{ z }} * {{ z }} / 2)
            / ({{ x }} + 1e0 / ({{ x }} + 2e0 / ({{ x }} + 3e0 / ({{ x }} + 4e0 / ({{ x }} + 0.65e0)))))
            / 2.506628274631000502e0
    end
{%- endmacro %}

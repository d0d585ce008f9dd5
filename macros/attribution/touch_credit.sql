{#-
    The share of an outcome that one of its touches holds. Position-based credit is 40 % each for the first and the last
    touch and 20 % shared by those between; two touches have a half each.
    Arguments:
        attribution (SQL): first_touch, last_touch, linear, position_based or time_decay; anything else is read as
            linear.
        position (SQL): which touch of the outcome this is, from 1 on.
        touches (SQL): how many touches the outcome has, at least 1.
        weight (SQL): the touch's weight, read for time_decay only. It is relative to the youngest touch, so that it
            never vanishes for all of them.
        total_weight (SQL): the sum of the weights of the outcome's touches, read for time_decay only.
    Returns: an SQL expression, a double from 0 to 1; the shares of one outcome sum to 1.
-#}
{% macro touch_credit(attribution, position, touches, weight, total_weight) -%}
    case {{ attribution }}
        when 'first_touch' then case when {{ position }} = 1 then 1e0 else 0e0 end
        when 'last_touch' then case when {{ position }} = {{ touches }} then 1e0 else 0e0 end
        when 'position_based' then
            case
                when {{ touches }} = 1 then 1e0
                when {{ touches }} = 2 then 5e-1
                when {{ position }} = 1 or {{ position }} = {{ touches }} then 4e-1
                else 2e-1 / ({{ touches }} - 2)
            end
        when 'time_decay' then {{ weight }} / {{ total_weight }}
        else 1e0 / {{ touches }}
    end
{%- endmacro %}

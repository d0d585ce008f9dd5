{#-
  The share of an outcome that one of its touches holds. `weight` is only read for time decay and is
  relative to the youngest touch, so that it never vanishes for all of them.
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

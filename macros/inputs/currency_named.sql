{#-
    The code of a currency that may be given by its sign.
    Arguments:
        text (SQL): a text in lower case.
    Returns: an SQL expression: the ISO code in lower case of a sign that is one currency's (`€`, `us$`); any other text
        as it is. `$`, `¥` and `kr` are several currencies' and stay signs (reporting_currency_names).
-#}
{%- macro currency_named(text) -%}
case {{ text }}
        {%- for sign, code in {
            '€': 'eur', 'euro': 'eur', 'euros': 'eur', '£': 'gbp', 'us$': 'usd', 'a$': 'aud', 'au$': 'aud', 'c$': 'cad', 'ca$': 'cad',
            'nz$': 'nzd', 'hk$': 'hkd', 's$': 'sgd', 'r$': 'brl', 'mx$': 'mxn', '₹': 'inr', '₽': 'rub', '₩': 'krw', '₺': 'try',
            '₴': 'uah', '₫': 'vnd', '₪': 'ils', '₱': 'php', '₦': 'ngn', '฿': 'thb',
        }.items() %}
        when '{{ sign }}' then '{{ code }}'
        {%- endfor %}
        else {{ text }}
    end
{%- endmacro -%}

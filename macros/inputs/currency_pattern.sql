{#-
    A pattern of the currencies that may stand before or after an amount, in upper case.
    Arguments: none.
    Returns: the inside of a group of a pattern, with one group of its own.
-#}
{%- macro currency_pattern() -%}
(US|A|C|CA|AU|NZ|HK|S|R|MX)?[$]|[€£¥₹₽₩₺₴₫₪₱₦฿]|USD|EUR|GBP|CHF|CAD|AUD|NZD|JPY|CNY|INR|SEK|NOK|DKK|PLN|CZK|HUF|RON|BRL|MXN|ZAR|SGD|HKD|TRY|AED|SAR|ILS|KRW|THB|EUROS?|KR
{%- endmacro -%}

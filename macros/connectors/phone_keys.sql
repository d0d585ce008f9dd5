{#-
    The numbers of a relation as digits with their country, by which two writings of one number are the same. Read as
    written: with + or 00 (from the United States also 011, from Australia 0011) before the country; with the country
    of the variable `phone_country_code` and no +; as dialled inside that country, with its trunk prefix or without. A
    zero between the country and the number, `(0)` or bare, is dropped where the country has that trunk prefix (Italy
    has none). Extensions, words before and after the number, and what a tool made of a number that it took for a float
    (`15551234567.0`; `1.5551234567E+10`, which has all its digits) are understood. No key: letters inside, digits that
    were lost (`1.55512E+10`), a length that the country does not have, or one digit only and 1234567890, which stand
    for no number.
    Arguments:
        relation (relation): has the column `written`, a text: one number.
        columns (list): names of further columns of it, which are kept.
    Returns: a query of these columns and phone_key, a text.
    Mind: without the variable a number without its country has its digits for a key, from nine on; so it only meets
        one that is written alike. What it reads otherwise than phonenumbers does stands in docs/connectors.md.
-#}
{%- macro phone_keys(relation, columns) -%}
{%- set plans = convsql.phone_plans() -%}
{%- set country = (var('phone_country_code', none) or '') | string -%}
{%- if country and country not in plans -%}
    {{ exceptions.raise_compiler_error("phone_country_code: '" ~ country ~ "' is no country's calling code") }}
{%- endif -%}
{%- set white = convsql.white_space() -%}
{%- set found = namespace(ranges=[], zero_2=[], zero_3=[], possible=[]) -%}
{%- for code, plan in plans.items() -%}
    {%- set range = '{' ~ plan[1] ~ ',' ~ plan[2] ~ '}' -%}
    {%- if range not in found.ranges -%}
        {%- set found.ranges = found.ranges + [range] -%}
    {%- endif -%}
    {%- if plan[0] == '0' and code | length == 2 -%}
        {%- set found.zero_2 = found.zero_2 + [code] -%}
    {%- elif plan[0] == '0' -%}
        {%- set found.zero_3 = found.zero_3 + [code] -%}
    {%- endif -%}
{%- endfor -%}
{%- for range in found.ranges -%}
    {%- set codes = namespace(listed=[]) -%}
    {%- for code, plan in plans.items() if '{' ~ plan[1] ~ ',' ~ plan[2] ~ '}' == range -%}
        {%- set codes.listed = codes.listed + [code] -%}
    {%- endfor -%}
    {%- set found.possible = found.possible + ['(?:' ~ codes.listed | join('|') ~ ')[0-9]' ~ range] -%}
{%- endfor -%}
{%- set kept = columns | join(', ') -%}
select
        {{ kept }},
        case
            when length(full_digits) between 7 and 15
                and (
                    not has_country
                    or regexp_matches(full_digits, '^(?:{{ found.possible | join('|') }})$')
                )
                and not regexp_matches(full_digits, '^[0-9]{1,3}(?:0{7,}|1{7,}|2{7,}|3{7,}|4{7,}|5{7,}|6{7,}|7{7,}|8{7,}|9{7,})$')
                and not regexp_matches(full_digits, '^[0-9]{0,3}(?:0123456789|1234567890)$')
                then full_digits
        end as phone_key
    from (
        select
            {{ kept }},
            has_country,
            case
                when not has_country
                    then digits
                when regexp_matches(digits, '^(?:{{ found.zero_2 | join('|') }})0')
                    then substring(digits, 1, 2) || ltrim(substring(digits, 3), '0')
                when regexp_matches(digits, '^(?:{{ found.zero_3 | join('|') }})0')
                    then substring(digits, 1, 3) || ltrim(substring(digits, 4), '0')
                else digits
            end as full_digits
        from (
            select
                {{ kept }},
                {{ 'true' if country else 'is_international' }} as has_country,
                case
                    when is_international
                        then international_digits
                    {%- if country %}
                    {%- set plan = plans[country] %}
                    {%- set trunk = plan[0] %}
                    {%- if trunk == '0' %}
                    when national_digits like '0%'
                        then '{{ country }}' || substring(national_digits, 2)
                    {%- elif trunk %}
                    when national_digits like '{{ trunk }}%'
                        and length(national_digits) between {{ trunk | length + plan[3] }} and {{ trunk | length + plan[4] }}
                        then '{{ country }}' || substring(national_digits, {{ trunk | length + 1 }})
                    {%- endif %}
                    when national_digits like '{{ country }}%'
                        and length(national_digits) >= {{ country | length + plan[1] }}
                        and length(national_digits) >= {{ [country | length + plan[3], 10] | max if trunk == '0' else ([plan[4] + 1, 11] | min) }}
                        then national_digits
                    when length(national_digits) >= {{ [plan[3], 7] | max }}
                        then '{{ country }}' || national_digits
                    {%- else %}
                    when length(national_digits) >= 9
                        then national_digits
                    {%- endif %}
                end as digits
            from (
                select
                    {{ kept }},
                    number_digits as national_digits,
                    number_text like '+%'
                    {%- if country == '1' %} or number_digits like '011%'{% endif %} or number_digits like '00%' as is_international,
                    case
                        when number_text like '+%' then ltrim(number_digits, '0')
                        {%- if country == '1' %}
                        when number_digits like '011%' then substring(number_digits, 4)
                        {%- elif country == '61' %}
                        when number_digits like '0011%' then substring(number_digits, 5)
                        {%- endif %}
                        else substring(number_digits, 3)
                    end as international_digits
                from (
                    select
                        {{ kept }},
                        number_text,
                        case
                            when regexp_matches(number_text, '^[+]*[0-9{{ white }}()./*_~:‐‑–—−-]+$')
                                then regexp_replace(number_text, '[^0-9]', '', 'g')
                        end as number_digits
                    from (
                        select
                            {{ kept }},
                            case
                                when regexp_matches(begun_text, '^[+]?[0-9]+[.]0+$')
                                    then split_part(begun_text, '.', 1)
                                when regexp_matches(begun_text, '^[0-9][.][0-9]+e[+]?[0-9]+$')
                                    then case
                                        when cast(length(split_part(split_part(begun_text, 'e', 1), '.', 2)) as varchar)
                                            = ltrim(split_part(begun_text, 'e', 2), '+0')
                                            then replace(split_part(begun_text, 'e', 1), '.', '')
                                    end
                                else regexp_replace(
                                    regexp_replace(begun_text, '[ ,;.]*(?:ext(?:ension|n)?[ .:=]*|x[ .:]*|#[ ]*|,,+)[0-9]{1,7}[ #]*$', ''),
                                    '[ (]+[a-z][a-z .)]*$',
                                    ''
                                )
                            end as number_text
                        from (
                            select
                                {{ kept }},
                                regexp_replace(
                                    trim(replace(lower(cast(written as varchar)), '＋', '+'), '{{ white }}'), '^[^0-9+]+', ''
                                ) as begun_text
                            from {{ relation }}
                        ) as begun
                    ) as cut
                ) as digits_read
            ) as readings
        ) as with_country
    ) as full_numbers
{%- endmacro -%}

select declared.code, declared.empty_text, undeclared.whole from {{ ref('declared') }} as declared cross join {{ ref('undeclared') }} as undeclared

-- As large as the test asks for: text that does not compress.
select
    '{{ var("marker") }}' as marker,
    pieces.range as id,
    md5('{{ var("marker") }}' || pieces.range) || md5(pieces.range || 'x') || md5(pieces.range || 'y') as body
from range({{ var("bulk") }}) as pieces

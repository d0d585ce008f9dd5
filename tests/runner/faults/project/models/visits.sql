-- Slow on purpose, so that a build can be killed inside it.
select
    '{{ var("marker") }}' as marker,
    parts.range as id,
    (select sum(steps.range % (17 + parts.range)) from range({{ var("steps") }}) as steps) as steps_sum
from range(3) as parts

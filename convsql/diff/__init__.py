"""What a change of definition or code does to the numbers (`convsql metrics diff`).

`base_tree` and `sides` find the two sides, `relations` makes sure that their tables exist, `pairs` says which metric
versions are compared, `queries` and `measure` count conversations by where they stand on each side, `slices` turns these
counts into rates and splits their change; `document`, `terminal` and `markdown` say it, `command` ties it together.
Nothing is ever published.
"""

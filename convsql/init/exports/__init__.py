"""Exports as people have them: any file names, any column names, made into models of the user's own project.

`opening`: how a file is read (the one seam to whoever decides that) · `columns`: what a column's values look like · `times`, `numbers`: declared
formats, found · `names`: what headers are called · `sheets`: the tables in the files, split and unfolded · `matching`: which table is which
input, and which column is which · `writings`: one person, however a number is written · `contacts`: by what a message's or a deal's contact is
known · `senders`: whether a person or a program sent it · `stages`: stages out of a list of deals · `overlaps`: rows that stand in several files · `plan`: what was decided, with its evidence ·
`answers`: what only a person knows, and `--set` · `told`: that held against what was read · `models`: the plan as SQL and YAML · `shown`: as a table.
"""

"""How a raw file is read: decided here, once, for sources of a project, for `raw_path` as README has it, for connectors and for `init`.

Whoever has files asks `RawFiles.reading` and gets a relation whose columns are text (Parquet's keep their types), or the reason, with its line,
why there is none. DuckDB reads by itself what it reads without guessing: Parquet, and UTF-8 text with one delimiter and the header in its first line,
under options that say everything (`forms.csv_options`), the same that `sources.yml` gives dbt. Whatever else people have (other encodings,
titles above the header, backslashes, JSON, sheets) is written once as such a text file into `target/raw_files`, and that is read; a source's
version stays that of the original. No row is dropped but empty lines, titles above the header and a report's footer: a row that does not fit its header is refused, with its line.

`forms`: which file is what, and the options · `encodings`: bytes to text · `dialects`: delimiter and quotes · `tables`: header, titles, footer,
rows that fit · `json_rows`, `sheets`: other shapes as rows · `reading`: the decision, and what is remembered of it.
"""

"""The package's translations for Spark, run on a Spark session of the tests' own, and compared with DuckDB's rows."""

"""What dbt's tools read of a project and a run, in dbt's own shapes."""

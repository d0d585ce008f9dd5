"""A project written as a plain dbt project."""

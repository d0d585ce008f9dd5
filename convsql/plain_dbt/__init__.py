"""A project written as a plain dbt project in one engine's dialect: what `convsql compile --into` makes."""

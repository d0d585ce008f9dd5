"""What projects written for dbt have besides, and ask for: the core knows of it by `convsql.project.habits` alone."""

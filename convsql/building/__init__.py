"""A plan carried out, checked and published; what stays in the database."""

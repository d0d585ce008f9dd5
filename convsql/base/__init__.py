"""What everything rests on: errors, quoting, YAML, whole files, git, secrets."""

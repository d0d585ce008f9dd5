"""What became of every run, failed and interrupted ones too: recorded in a file beside the database, and read back."""

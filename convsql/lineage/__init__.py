"""Which columns of which relations every column of every model rests on, and what it means, read off the SQL."""

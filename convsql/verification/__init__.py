"""The same project on two targets, row by row: what `convsql verify` finds."""

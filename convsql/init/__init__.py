"""`convsql init`: a project of the user's own, proposed from the data where there are any."""

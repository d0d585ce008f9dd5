"""Forgetting a person: whether the sources still have them, what convsql keeps of them, and the record that it is gone."""

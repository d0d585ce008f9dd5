"""What words of the data usually mean: phrases of ordinary pipelines and tools, and what makes a phrase uncertain."""

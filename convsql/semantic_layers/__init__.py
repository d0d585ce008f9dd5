"""The metric definitions written for other tools' semantic layers, over the rows of `rate_members`."""

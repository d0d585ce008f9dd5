"""A brute-force reading of the measurement standard, message by message, in plain Python.

It shares no code with the models. Its one door is `reading.read`.
"""

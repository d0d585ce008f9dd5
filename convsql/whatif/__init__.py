"""What a metric would be if its definition said something else: answered from what is built, without publishing."""

"""Definitions written for other tools' semantic layers, read as these read them."""

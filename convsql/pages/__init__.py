"""What the report's and the catalogue's pages share: the frame of a page, its style, the switch from light to dark."""

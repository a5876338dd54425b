"""The program `foi`: load, check and ask."""

"""The example reports, and the program that makes them."""

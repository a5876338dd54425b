"""Web pages, and web pages saved in one file."""

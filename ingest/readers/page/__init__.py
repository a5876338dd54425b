"""Pages of characters and lines: PDF and OFD."""

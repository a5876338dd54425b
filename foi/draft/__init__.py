"""One file before it is published: what it holds, and whether it is right."""

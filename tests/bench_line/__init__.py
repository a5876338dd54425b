"""`make bench-line`: what the line costs with 1,000 to 250,000 reports, and what it could cost at least (docs/performance.md)."""

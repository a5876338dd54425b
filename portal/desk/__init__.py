"""The desk of a reviewer: what fails by its causes, what was decided of it, corrections, and what was withdrawn."""

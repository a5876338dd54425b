"""The resident process: a supervisor that takes work and watches the inbox, and a worker that has everything loaded and does it."""

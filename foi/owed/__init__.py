"""Who owes a report, until when, and what came of it."""

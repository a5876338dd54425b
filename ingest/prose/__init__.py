"""What the prose of a report says in numbers."""

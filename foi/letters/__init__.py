"""What units are asked in writing, what they answer, and what becomes of it."""

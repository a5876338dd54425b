"""What people answer: decisions, letters and replies, corrections, withdrawals."""

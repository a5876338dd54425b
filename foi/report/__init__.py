"""A report with the evidence of its numbers: the form as printed, the original as read, and where on it each number stands."""

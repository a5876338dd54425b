"""A report in the portal: the form as printed, the evidence of each number, and the original as it was read."""

"""The report of an area made of the reports of its units: every cell of the form with the parts it is the sum of, and what is not in it."""

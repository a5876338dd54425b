"""The warehouse, held against every rule with Great Expectations; what fails stops nothing but is published nowhere unnoticed."""

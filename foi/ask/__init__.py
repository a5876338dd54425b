"""What is asked of the published warehouse: numbers, trends, versions, rules, exports."""

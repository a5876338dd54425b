"""The gate: Great Expectations over the warehouse, built from the same form files as everything else."""

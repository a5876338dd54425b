"""One module for each kind of thing Dagster runs."""

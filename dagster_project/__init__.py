"""Dagster drives every arrow: inbox → raw → dbt → expectations → marts → published."""

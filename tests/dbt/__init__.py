"""Tests of the warehouse: a raw zone written by hand, built by dbt, asserted figure by figure."""

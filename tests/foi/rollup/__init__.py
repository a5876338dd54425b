"""Tests of the report of an area that is made of the reports of its units."""

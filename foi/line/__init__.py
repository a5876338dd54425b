"""The line from folder to published warehouse, run and looked after: load, status, doctor."""

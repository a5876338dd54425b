"""From a file that is handed in to raw tables: each folder is one step of the way (docs/architecture.md)."""

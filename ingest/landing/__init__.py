"""From a folder to raw tables: what is new is read, kept and written, one batch at a time, whole or not at all."""

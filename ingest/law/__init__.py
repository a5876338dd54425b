"""The law as data: official forms, rules between numbers, deadlines, and the labels they print."""

"""What a build touches: everything, or the places in which something changed since the last build.

A place is a county with all its units, or a unit that stands in none. Reports of one place never depend on those of another, but for
what areas sum up; so a late build makes the touched places and the areas above them anew and leaves all else as it is.
"""

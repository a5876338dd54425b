"""The pages of the portal: areas, units, search, trends, dictionary, downloads, and how the home stands."""

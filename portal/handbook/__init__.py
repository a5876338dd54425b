"""The handbook: the pages that `make docs` made of docs/, in the reader's language, and the search in them."""

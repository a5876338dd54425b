"""A raw zone of any size, made without files: reports of the units of the registry over six years, as a true reading would leave them.

`plan` says which reports there are, `numbers` and `prose` what stands in them, `pattern` how a reading writes that down, `rows` makes
the raw tables of it, `build` the home folder; `later` is what comes afterwards: late reports, a roster.
"""

"""Who may do what: roles, tokens, one-time addresses, the names that a proxy tells, and the log of what was done and refused."""

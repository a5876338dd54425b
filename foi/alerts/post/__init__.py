"""How a message goes out: the ledger of what was told, the outbox, the way to each recipient."""

"""Who is told: the file of recipients, their subscriptions and their channels."""

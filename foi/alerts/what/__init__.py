"""What has to be told: problems that are new, escalated or put right, reminders, faults of the program."""

"""What every wing stands on: errors, settings, secrets, transactions, limits. Imports nothing of ours."""

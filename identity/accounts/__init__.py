"""Accounts and what people do with them: registering, signing in, recovering, managing."""

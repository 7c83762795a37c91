"""Real parts for the tests: a PostgreSQL cluster, an SMTP server, Parvis itself as a process. No mocks."""

"""Accounts and what people do with them: registering, signing in, recovering, managing.

What a flow read may be outdated before it writes: it holds the row that it decides upon (`work.hold`), then asks
again. All hold in one order, so that nobody waits for each other in a ring: counters and cool-downs, a
registration, its links, the account, its links, sessions, contracts, keys. (`login` gives its counters back after
holding the account: no other flow counts with those.)
"""

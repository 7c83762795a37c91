"""Where people are served and who is a subscriber: communes, operators, subscribers."""

"""How a person proves to be a subscriber: by key, by contract and meter, or by asking a human."""

"""What the operators' agents do: imports, keys, requests."""

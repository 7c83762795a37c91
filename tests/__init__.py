"""The tests: journeys, a mirror of each room, the rules of the house. `support/` holds what they stand on."""

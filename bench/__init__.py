"""The speed of Parvis, measured as ratios inside one run. Owns nothing that serves anybody; no test imports it."""

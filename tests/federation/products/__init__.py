"""Products of other people, run as their pages say: the configuration that `clients add --product` prints, pasted."""

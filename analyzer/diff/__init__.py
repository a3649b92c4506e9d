"""Two images laid beside each other. `side` is one of them; each other file answers one question about the pair."""

"""From texts to answers, around any network that says the levels' probabilities."""

"""Rules, species, measures, policy and frameworks, read from their files and checked."""

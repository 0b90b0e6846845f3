"""Benchmarks: whole processes against a peer in the same run, as ratios."""

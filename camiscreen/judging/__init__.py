"""What a meeting means: cases, rules, findings, acceptances, criteria of frameworks."""

"""The report: one content model, and the files that are drawn from it."""

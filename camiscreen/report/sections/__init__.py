"""The sections of the report, each composed by a function of the context."""

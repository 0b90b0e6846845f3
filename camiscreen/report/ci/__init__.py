"""Screenings in the formats of continuous integration, all drawn from one model, ``results``."""

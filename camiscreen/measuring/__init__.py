"""What a project meets: encounters, coverage, states, and the lines around it."""

"""Many projects: what they are, screening them on all cores or a cluster, and what they add up to.

``sources`` finds them, ``jobs`` puts one through the conveyor, ``pool`` and ``cluster`` do so many
times, ``ledger`` keeps what is finished, ``summary`` and ``page`` say what came of it. Nothing here
prints, and nothing holds more than one screening.
"""

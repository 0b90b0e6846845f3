"""The words of ``layers add --as``, apart so that ``--help`` need not import the adapters."""

KINDS = ("wdpa", "iucn", "kba", "gium", "gslep", "osm", "grip", "gem", "movebank", "generic")

"""One adapter for each kind of file that users hold."""

from camiscreen.layers.adapters.barriers import Gem, Grip, Osm
from camiscreen.layers.adapters.base import Adapter
from camiscreen.layers.adapters.mapped import Generic, Gium, Gslep
from camiscreen.layers.adapters.ranges import Iucn
from camiscreen.layers.adapters.sites import Kba, Wdpa
from camiscreen.layers.adapters.tracks import Movebank

ADAPTERS: dict[str, type[Adapter]] = {
    adapter.name: adapter
    for adapter in (Wdpa, Iucn, Kba, Gium, Gslep, Osm, Grip, Gem, Movebank, Generic)
}
"""By the word of ``--as``. ``camiscreen.layers.kinds`` holds the same words without imports."""

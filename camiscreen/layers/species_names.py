"""Which of the 18 taxa a name in somebody's file means.

Names come as ids of this tool, scientific names of several decades, or names in English and
Russian. A name of a parent species is told apart: its range is wider than the taxon's.
"""

from collections.abc import Mapping, Sequence

from camiscreen.model import Species
from camiscreen.values import dataclass

SCIENTIFIC: Mapping[str, tuple[str, ...]] = {
    "argali": ("Ovis ammon",),
    "asiatic_cheetah": ("Acinonyx jubatus venaticus",),
    "asiatic_wild_ass": ("Equus hemionus",),
    "bukhara_deer": (
        "Cervus hanglu bactrianus",
        "Cervus elaphus bactrianus",
        "Cervus elaphus yarkandensis",
    ),
    "chinkara": ("Gazella bennettii",),
    "chiru": ("Pantholops hodgsonii",),
    "gobi_bear": ("Ursus arctos gobiensis",),
    "goitered_gazelle": ("Gazella subgutturosa",),
    "kiang": ("Equus kiang",),
    "mongolian_gazelle": ("Procapra gutturosa",),
    "persian_leopard": (
        "Panthera pardus saxicolor",
        "Panthera pardus tulliana",
        "Panthera pardus ciscaucasica",
    ),
    "przewalskis_horse": ("Equus ferus przewalskii", "Equus przewalskii", "Equus ferus"),
    "saiga": ("Saiga tatarica", "Saiga borealis", "Saiga tatarica mongolica", "Saiga mongolica"),
    "snow_leopard": ("Panthera uncia", "Uncia uncia"),
    "tibetan_gazelle": ("Procapra picticaudata",),
    "urial": ("Ovis vignei",),
    "wild_camel": ("Camelus ferus", "Camelus bactrianus ferus"),
    "wild_yak": ("Bos mutus", "Bos grunniens mutus"),
}
"""Names under which a taxon is mapped; subspecies of these count too."""

PARENTS: Mapping[str, str] = {
    "Acinonyx jubatus": "asiatic_cheetah",
    "Cervus hanglu": "bukhara_deer",
    "Ovis orientalis": "urial",
    "Panthera pardus": "persian_leopard",
}
"""Parent species whose range, cut to the range states of the taxon, stands for it, marked so.

The brown bear is not among them: Mongolia has other brown bears than the Gobi bear.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """A taxon that a name means; ``is_parent`` where the name is that of a wider species."""

    species: Species
    is_parent: bool


class SpeciesNames:
    """Looks names up; ``own`` maps words of a user's file to ids of taxa."""

    def __init__(self, species: Sequence[Species], own: Mapping[str, str] | None = None) -> None:
        self.by_id = {item.id: item for item in species}
        self._exact: dict[str, str] = {}
        for item in species:
            words = (item.id, item.name.en, item.name.ru, *SCIENTIFIC.get(item.id, ()))
            self._exact.update({_key(word): item.id for word in words})
        self._exact.update({_key(word): id_ for word, id_ in (own or {}).items()})

    def find(self, name: str, subspecies: str = "") -> Match | None:
        """The taxon of a name, with the subspecies if the file has it in a column of its own."""
        full = _key(f"{name} {subspecies}".strip())
        words = full.split()
        # From the longest name to the shortest, so that a subspecies decides before its species.
        for count in range(len(words), 0, -1):
            id_ = self._exact.get(" ".join(words[:count]))
            if id_ in self.by_id:
                return Match(species=self.by_id[id_], is_parent=False)
        for parent, id_ in PARENTS.items():
            if full == _key(parent) and id_ in self.by_id:
                return Match(species=self.by_id[id_], is_parent=True)
        return None


def _key(name: str) -> str:
    return " ".join(name.replace("_", " ").lower().split())

"""The factsheet of a species, as clause 3.2(b) of the Programme of Work asks for it.

Behaviour, ecology and key needs from the profile, with the mark "to be checked" on everything
that no source read first-hand bears out.
"""

from collections.abc import Iterable, Sequence

from camiscreen.data_files import to_plain
from camiscreen.explanation import judgement, words
from camiscreen.explanation.page import Block, Chart, Heading, Items, Page, Pairs, Paragraph
from camiscreen.i18n import NBSP, Translator
from camiscreen.model import (
    BarrierResponse,
    IucnStatus,
    Measure,
    Population,
    Rulebook,
    Season,
    Section,
    Species,
)
from camiscreen.species_words import population_words

COLUMNS = ("id", "species", "listing_name", "cms", "iucn", "population", "barriers")
"""What ``species_row`` holds."""
_MONTHS = range(1, 13)
_SEEN, _UNCHECKED, _QUIET = "###", "???", " . "


def names(species: Species) -> tuple[str, ...]:
    """What a person may call it: id, common names in every language, scientific names."""
    common = [species.name.wording(language) for language in species.name.languages]
    # "Asiatic wild ass (khulan)" is known by either.
    parts = [part.strip() for name in common for part in name.rstrip(")").split("(")]
    both = (species.current_name, species.listing_name)
    return tuple(dict.fromkeys((species.id, *both, *common, *parts)))


def by_name(wanted: str, book: Rulebook) -> Species | None:
    """The species of an id or name; case, blanks and signs do not count."""
    key = _letters(wanted)
    for species in book.species:
        if key in map(_letters, names(species)):
            return species
    return None


def _letters(name: str) -> str:
    return "".join(char for char in name.casefold().replace("ё", "е") if char.isalnum())


def species_page(species: Species, book: Rulebook, tr: Translator) -> Page:
    """The whole factsheet."""
    blocks: list[Block] = [
        Pairs(
            pairs=(
                (tr.t("page.listing_name"), species.listing_name),
                (tr.t("page.current_name"), species.current_name),
                (tr.t("page.name_note"), tr.text(species.name_note) if species.name_note else ""),
                (tr.t("page.footnote"), tr.text(species.footnote) if species.footnote else ""),
                (tr.t("page.cms"), appendix(species, tr)),
                (tr.t("page.iucn"), _iucn(species.iucn, tr)),
                (tr.t("page.group"), words.group(species.group, tr)),
                (tr.t("page.population"), _population(species.population, tr)),
                (tr.t("page.population_note"), _note(species.population, tr)),
                (tr.t("cli.label.range_states"), _range_states(species, tr)),
            )
        ),
        Heading(text=tr.t("page.movement")),
        *_movement(species, tr),
        Heading(text=tr.t("page.seasons")),
        *_seasons(species.seasons, tr),
        Heading(text=tr.t("page.barriers")),
        *_barriers(species, book, tr),
        Heading(text=tr.t("page.programme")),
        Items(items=tuple(_sections(species, book, tr))),
        Heading(text=tr.t("page.measures_for", group=words.group(species.group, tr))),
        *_measures(species, book, tr),
        Paragraph(text=tr.t("page.unchecked_note", mark=tr.t("cli.label.to_be_checked"))),
    ]
    return Page(id=species.id, name=tr.text(species.name), blocks=tuple(blocks))


def species_row(species: Species, book: Rulebook, tr: Translator) -> tuple[str, ...]:
    """A species in one row: id, name, listing name, Appendix, Red List, population, barriers."""
    population = species.population
    figure = words.NONE
    if population.estimate is not None:
        figure = tr.number(population.estimate)
        if population.year:
            figure += f" ({population.year})"
        figure += _mark(population.verified)
    iucn = species.iucn
    category = f"{iucn.category}{NBSP}{iucn.year}" if iucn.year else iucn.category
    return (
        species.id,
        tr.text(species.name),
        species.listing_name,
        " & ".join(species.cms_appendix) or words.NONE,
        category + _mark(iucn.verified),
        figure,
        tr.t(f"page.barrier_word.{barrier_word(species, book)}"),
    )


def barrier_word(species: Species, book: Rulebook) -> str:
    """``stopped``, ``avoids``, ``recorded`` or ``unknown``: the strongest that is on record.

    A response that rests on a programme alone is a request to study it, not an observation; what
    animals did when they were caught is no response to infrastructure.
    """
    policy = {pack.reference for pack in book.packs}
    seen = [
        response
        for response in species.barrier_responses
        if response.verified
        and set(response.references) - policy
        and response.infrastructure != "disturbance"
    ]
    if any(response.fully_blocking for response in seen):
        return "stopped"
    if any(response.distance_m is not None for response in seen):
        return "avoids"
    return "recorded" if seen else "unknown"


def species_data(species: Species, book: Rulebook) -> dict[str, object]:
    """The factsheet as plain data, in both languages, with everything that its ids stand for."""
    plain = to_plain(species)
    assert isinstance(plain, dict)
    cited = set(references_of(species))
    return {
        **plain,
        "barrier_word": barrier_word(species, book),
        "programme_sections": [
            {"cited_as": pack_cited, "title": to_plain(section.title)}
            for pack_cited, section in _cited_sections(species, book)
        ],
        "measures": [to_plain(measure) for measure in measures_for(species, book)],
        "references": [to_plain(r) for r in book.references if r.id in cited],
    }


def references_of(species: Species) -> tuple[str, ...]:
    """Every reference of a profile, each once."""
    ids = [
        *species.range_states_references,
        *species.iucn.references,
        *species.population.references,
        *species.movement.references,
        *(ref for season in species.seasons for ref in season.references),
        *(ref for response in species.barrier_responses for ref in response.references),
    ]
    return tuple(dict.fromkeys(ids))


def measures_for(species: Species, book: Rulebook) -> tuple[Measure, ...]:
    """Measures that are meant for its group, those for every group left out."""
    return tuple(m for m in book.measures if species.group in m.species_groups)


# ----------------------------------------------------------------------------------------------
# Parts
# ----------------------------------------------------------------------------------------------


def appendix(species: Species, tr: Translator) -> str:
    """The Appendices, and whether the programme covers the species."""
    listed = " & ".join(species.cms_appendix) or tr.t("term.not listed")
    return listed if species.covered_by_programme else f"{listed}; {tr.t('page.not_covered')}"


def _mark(verified: bool) -> str:
    return "" if verified else f"{NBSP}?"


def _sourced(text: str, references: Sequence[str], verified: bool, tr: Translator) -> str:
    stop = "." if text.endswith(".") else ""
    ids = f" ({', '.join(references)})" if references else ""
    return f"{text.removesuffix('.')}{ids}{stop}{words.unchecked(verified, tr)}"


def _iucn(iucn: IucnStatus, tr: Translator) -> str:
    year = str(iucn.year) if iucn.year else tr.t("page.year_not_read")
    said = _sourced(f"{iucn.category}, {year}", iucn.references, iucn.verified, tr)
    return f"{said}. {tr.text(iucn.note)}" if iucn.note else said


def _population(population: Population, tr: Translator) -> str:
    said = population_words(population, tr)
    if not said:
        return tr.t("page.population_unknown")
    return _sourced(said, population.references, population.verified, tr)


def _note(population: Population, tr: Translator) -> str:
    return tr.text(population.note) if population.note else ""


def _range_states(species: Species, tr: Translator) -> str:
    names = ", ".join(words.state(iso3, tr) for iso3 in species.range_states)
    return _sourced(names, species.range_states_references, species.range_states_verified, tr)


def _movement(species: Species, tr: Translator) -> list[Block]:
    movement = species.movement
    kind = tr.term("movement", movement.type)
    scale = tr.text(movement.scale) if movement.scale else tr.t("page.scale_unknown")
    area = ""
    if movement.annual_range_km2 is not None:
        area = f"{words.number(movement.annual_range_km2, tr)}{NBSP}{tr.t('measure_unit.km²')}"
    return [
        Paragraph(text=_sourced(scale, movement.references, movement.verified, tr)),
        Pairs(pairs=((tr.t("page.movement_type"), kind), (tr.t("page.annual_range"), area))),
    ]


def _seasons(seasons: Iterable[Season], tr: Translator) -> list[Block]:
    """A row of twelve months for each event, then the events' notes."""
    known = tuple(seasons)
    if not known:
        return [Paragraph(text=tr.t("page.no_seasons"))]
    names = [tr.term("season", season.event) for season in known]
    room = max(map(len, names))
    months = " ".join(tr.t(f"month.short.{month}").ljust(3) for month in _MONTHS)
    lines = [f"{'':{room}}  {months}".rstrip()]
    for name, season in zip(names, known, strict=True):
        sign = _SEEN if season.verified else _UNCHECKED
        cells = [sign if month in season.months else _QUIET for month in _MONTHS]
        lines.append(f"{name:{room}}  {' '.join(cells)}".rstrip())
    notes = [
        f"{name}: "
        + _sourced(
            tr.text(season.note) if season.note else tr.t("page.months_only"),
            season.references,
            season.verified,
            tr,
        )
        for name, season in zip(names, known, strict=True)
    ]
    return [
        Chart(lines=tuple(lines)),
        Paragraph(text=tr.t("page.chart_legend", seen=_SEEN, unchecked=_UNCHECKED)),
        Items(items=tuple(notes)),
    ]


def _barriers(species: Species, book: Rulebook, tr: Translator) -> list[Block]:
    word = barrier_word(species, book)
    blocks: list[Block] = [Paragraph(text=tr.t(f"page.barrier_sentence.{word}"))]
    if species.barrier_responses:
        items = tuple(_response(response, tr) for response in species.barrier_responses)
        blocks.append(Items(items=items))
    return blocks


def _response(response: BarrierResponse, tr: Translator) -> str:
    place = tr.term("infrastructure", response.infrastructure)
    said = tr.text(response.response)
    if response.fully_blocking:
        said = f"{said} {tr.t('page.fully_blocking')}"
    return f"{place}: {_sourced(said, response.references, response.verified, tr)}"


def _cited_sections(species: Species, book: Rulebook) -> list[tuple[str, Section]]:
    return [
        (pack.cite(section.number), section)
        for pack in book.packs
        for section in pack.sections
        if species.id in section.species
    ]


def _sections(species: Species, book: Rulebook, tr: Translator) -> list[str]:
    """The sections that name the species, with their clauses on linear infrastructure."""
    said = []
    for pack in book.packs:
        asked = {row.clause for row in pack.coverage}
        for section in pack.sections:
            if species.id in section.species:
                line = f"{pack.cite(section.number)}: {tr.text(section.title)}"
                clauses = [pack.cite(c.id) for c in pack.clauses
                           if c.section == section.number and c.id in asked]  # fmt: skip
                if clauses:
                    line += f" ({tr.t('page.on_infrastructure')}: {', '.join(clauses)})"
                said.append(line)
    return said


def _measures(species: Species, book: Rulebook, tr: Translator) -> list[Block]:
    own = measures_for(species, book)
    general = [measure.id for measure in book.measures if "all" in measure.species_groups]
    blocks: list[Block] = []
    if own:
        ordered = sorted(own, key=lambda measure: measure.step)
        items = tuple(judgement.measure_line(measure, tr) for measure in ordered)
        blocks.append(Items(items=items))
    blocks.append(Pairs(pairs=((tr.t("page.for_every_group"), words.cited(general)),)))
    return blocks

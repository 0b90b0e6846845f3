"""Words that several pages share: conditions, names of states and groups, marks, citations."""

from collections.abc import Iterable, Sequence

from camiscreen.i18n import NBSP, Translator
from camiscreen.model import Condition, NumericSpec, Pack, Rulebook
from camiscreen.vocabulary import Attribute, Kind

NONE = "–"
_BOUNDS = ("at_least", "more_than", "at_most", "less_than")


def condition(test: Condition, book: Rulebook, tr: Translator) -> str:
    """A condition of a rule or of a table in words."""
    name = tr.term("term", str(test.attribute or test.quantity))
    if test.attribute is not None:
        words = [attribute_word(test.attribute, word, book, tr) for word in
                 test.any_of or test.none_of]  # fmt: skip
        if test.any_of:
            return f"{name}: {tr.join(words, 'or')}"
        return tr.t("page.when.none_of", name=name, words=tr.join(words, "or"))
    bounds = [(key, getattr(test, key)) for key in _BOUNDS]
    said = [tr.t(f"page.when.{key}", value=number(bound, tr)) for key, bound in bounds
            if bound is not None]  # fmt: skip
    return f"{name}: {tr.join(said)}"


def conditions(when: Sequence[Condition], book: Rulebook, tr: Translator) -> tuple[str, ...]:
    """Several conditions; none at all means that everything else has failed before."""
    return tuple(condition(test, book, tr) for test in when) or (tr.t("condition.always"),)


def attribute_word(attribute: Attribute, word: str, book: Rulebook, tr: Translator) -> str:
    """A value of an attribute as people say it."""
    if attribute is Attribute.SPECIES:
        return species_name(word, book, tr)
    if attribute is Attribute.SPECIES_GROUP:
        return group(word, tr)
    if attribute is Attribute.MOVEMENT:
        return tr.term("movement", word)
    if attribute is Attribute.STATE:
        return state(word, tr)
    return tr.term("term", word)


def species_name(identifier: str, book: Rulebook, tr: Translator) -> str:
    """Common name of a species by its id."""
    return next((tr.text(s.name) for s in book.species if s.id == identifier), identifier)


def group(identifier: str, tr: Translator) -> str:
    """A group of species, in the plural."""
    return tr.term("group", identifier)


def state(iso3: str, tr: Translator) -> str:
    """The name of a state; its code where it is none of the range states."""
    key = f"country.{iso3}"
    return tr.t(key) if key in tr else iso3


def kinds(words: Iterable[Kind], tr: Translator) -> str:
    """Kinds of infrastructure in one line; all of them as one word."""
    given = list(words)
    if set(given) == set(Kind):
        return tr.t("page.all_kinds")
    return ", ".join(tr.word(kind).lower() if kind is not Kind.POWER_LINE
                     else tr.term("term", kind) for kind in given)  # fmt: skip


def number(value: float, tr: Translator) -> str:
    """A number with as many decimals as it has, three at most."""
    decimals = next((n for n in range(3) if round(value, n) == value), 3)
    return tr.number(value, decimals)


def figure(spec: NumericSpec, tr: Translator) -> str:
    """A figure of a measure with its unit; one that is not verified says so."""
    values = "–".join(number(value, tr) for value in spec.values)
    if spec.operator == "in":
        values = ", ".join(number(value, tr) for value in spec.values)
    signs = {"=": "", "in": "", ">=": f"≥{NBSP}", "<=": f"≤{NBSP}", "~": f"≈{NBSP}"}
    sign = signs.get(spec.operator, f"{spec.operator}{NBSP}")
    unit = tr.term("measure_unit", spec.unit)
    text = f"{tr.term('parameter', spec.parameter)}: {sign}{values}{NBSP if unit else ''}{unit}"
    return f"{text} ({', '.join(spec.references)}){unchecked(spec.verified, tr)}"


def unchecked(verified: bool, tr: Translator) -> str:
    """The mark of what no source read first-hand bears out."""
    return "" if verified else f" [{tr.t('cli.label.to_be_checked')}]"


def cited(identifiers: Iterable[str]) -> str:
    """Ids in one line, or a dash."""
    return ", ".join(identifiers) or NONE


def responsible(names: Iterable[str], tr: Translator) -> str:
    """Whom a clause addresses: common groups in the reader's language, names as printed."""
    said = []
    for name in names:
        key = f"responsible.{name.lower()}"
        said.append(tr.t(key) if key in tr else name)
    return ", ".join(said) or NONE


def priority(printed: str | None, tr: Translator) -> str:
    """The priority of a clause in the reader's language."""
    if not printed:
        return NONE
    return "/".join(tr.term("priority", word.lower()) for word in printed.split("/"))


def users(source: str, book: Rulebook) -> tuple[list[str], list[str]]:
    """Ids of the rules and of the measures that cite a clause, a paragraph or a reference."""
    rules = [rule.id for rule in book.rules if source in rule.sources]
    measures = [
        measure.id
        for measure in book.measures
        if source in measure.clauses
        or source in measure.references
        or any(source in spec.references for spec in measure.numbers)
    ]
    return rules, measures


def is_part_of(clause: str, whole: str) -> bool:
    """Whether a clause is a lettered part of another: 3.2(a)(ii) of 3.2 and of 3.2(a)."""
    return clause.startswith(f"{whole}(")


def pack_ended(pack: Pack, tr: Translator) -> str:
    """What is said of a pack whose period is over, in one line."""
    said = tr.t("page.pack_ended", title=tr.text(pack.title), year=str(pack.period.last))
    if pack.successor is None:
        return said
    return f"{said} " + tr.t(
        "policy.expired_successor",
        clause=pack.cite(pack.successor.clause),
        first=str(pack.successor.period.first),
        last=str(pack.successor.period.last),
    )

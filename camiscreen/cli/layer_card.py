"""The text of ``layers show``: everything a manifest says, in the reader's language."""

from camiscreen.i18n import Translator
from camiscreen.layers.catalogue import Layer
from camiscreen.layers.store import Store
from camiscreen.model import LayerSpec, Origin, Text


def card(layer: Layer, opened: Store, tr: Translator) -> str:
    """A layer in lines of text."""
    spec = layer.spec
    states = ", ".join(spec.coverage.states) or "–"
    west, south, east, north = spec.coverage.bbox
    lines = [
        f"{spec.name} · {tr.text(spec.title)} · {spec.version}",
        "",
        tr.text(spec.description),
        "",
        *_rows(
            tr,
            ("kind", tr.t(f"cli.layer.kind.{spec.receptor_kind}")),
            ("access", tr.t(f"cli.layer.access.{spec.access}")),
            ("licence", "; ".join(_licence(item.title, item.path) for item in spec.licenses)),
            ("redistributable", tr.t("yes" if spec.redistributable else "no")),
            ("sensitive", tr.t("yes") if spec.sensitive else ""),
            ("citation", spec.citation),
            ("sources", "; ".join(_licence(item.title, item.path) for item in spec.sources)),
            ("accuracy", _length(tr, spec.positional_accuracy_m)),
            ("confidence", tr.word(spec.confidence)),
            ("required", tr.t("yes" if spec.required else "no")),
            (
                "coverage",
                f"{tr.number(west, 1)}–{tr.number(east, 1)}° {tr.t('side.E')}, "
                f"{tr.number(south, 1)}–{tr.number(north, 1)}° {tr.t('side.N')}; {states}",
            ),
            ("hash", spec.sha256),
            ("folder", str(layer.folder)),
        ),
        "",
        f"{tr.t('cli.layer.limits')}:",
        *(f"  - {tr.text(limit)}" for limit in spec.limits),
        "",
        *_receptors(layer, opened, tr),
    ]
    if spec.origin is not None:
        lines += ["", *_origin(spec, spec.origin, tr)]
    return "\n".join(lines)


def _rows(tr: Translator, *rows: tuple[str, str]) -> list[str]:
    return [f"{_label(tr, key)}: {value}" for key, value in rows if value]


def _label(tr: Translator, key: str) -> str:
    """The words of this command, or those of the report's layer register."""
    own = f"cli.layer.{key}"
    return tr.t(own if own in tr else f"layer.{key}")


def _licence(title: str, path: str) -> str:
    return f"{title} <{path}>" if path.startswith("http") else title


def _length(tr: Translator, length_m: float) -> str:
    return tr.metres(length_m) if length_m < 1_000 else tr.km(length_m)


def _receptors(layer: Layer, opened: Store, tr: Translator) -> list[str]:
    """How many there are, by species, and which taxa the layer cannot speak of."""
    lines = [f"{tr.t('cli.layer.receptors')}: {tr.number(len(opened.receptors))}"]
    names: dict[str, Text] = {taxon.id: taxon.name for taxon in layer.taxa}
    for species_id, count in sorted(opened.by_species.items()):
        if species_id:
            name = tr.text(names[species_id]) if species_id in names else species_id
            lines.append(f"  {name}: {tr.number(count)}")
    for taxon in layer.taxa:
        if taxon.status != "assessed":
            reason = tr.text(taxon.reason) if taxon.reason else ""
            lines.append(f"  {tr.text(taxon.name)}: {tr.t('level.na')}. {reason}".rstrip())
    return lines


def _origin(spec: LayerSpec, origin: Origin, tr: Translator) -> list[str]:
    """Where a user's layer came from, what was left out and what shaped it."""
    t = tr.t
    lines = _rows(
        tr,
        ("added", f"{tr.date(origin.added_on)}, camiscreen {origin.tool_version}"),
        ("data_date", tr.date(origin.data_date) if origin.data_date else "–"),
        ("adapter", origin.adapter),
        ("replaces", ", ".join(spec.replaces)),
    )
    lines += [
        f"{t('cli.layer.file')}: "
        + t(
            "cli.layer.file_text",
            name=item.name,
            mb=tr.number(item.bytes / 1e6, 1),
            sha256=item.sha256,
        )
        for item in origin.files
    ]
    lines.append(
        t(
            "cli.layer.counts",
            read=tr.number(origin.features_read),
            receptors=tr.number(origin.receptors),
            repaired=tr.number(origin.repaired),
        )
    )
    lines += [f"  {t('cli.layer.left_out')}: {tr.number(item.features)} – {item.reason}"
              for item in origin.left_out]  # fmt: skip
    if origin.settings:
        lines.append(f"{t('cli.layer.settings')}:")
        lines += [f"  - {setting}" for setting in origin.settings]
    return lines

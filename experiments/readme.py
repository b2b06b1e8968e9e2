"""Fill the generated blocks of README.md and of docs/ from saved rows and outputs.

    python -m experiments.readme            rewrite the pages
    python -m experiments.readme --check    exit 1 if one is out of date

A block stands between `<!-- NAME -->` and `<!-- end -->`, on one page.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Sequence
from functools import cache, partial
from importlib import import_module
from pathlib import Path

from experiments._frame.command import parsed
from experiments._frame.groups import about
from experiments._frame.registry import find, names
from experiments.evidence import evidence

HERE = Path(__file__).parent
README = HERE.parent / "README.md"
DOCS = HERE.parent / "docs"


def exact_block() -> str:
    """The classes with an exact limit, from the registries themselves."""
    import_module("limetheory.estimation.surrogates.gaussian_process")  # on import, it adds itself to the table
    import limetheory as lt

    titles = ("Set functions F(z): `limit(F, design)`", "Models of images: `limit(set_function(f, masked), design)`")
    tables = (lt.supported(), lt.supported(lt.set_function))
    return "\n\n".join(
        "\n".join([title, "", "| class | statement | file | test |", "|---|---|---|---|", *map(_exact_row, rows)])
        for title, rows in zip(titles, tables, strict=True)
    )


def _exact_row(row: tuple[str, str, str, str]) -> str:
    model, statement, *paths = row
    links = (f"[{Path(path).name}](../{path})" for path in paths)  # a link from docs/
    return f"| {' | '.join([f'`{model}`', f'`{statement}`', *links])} |"


def attributions_block() -> str:
    """The attributions with the masks that each needs, and those that it is computed on by default, from the table."""
    from limetheory.attribution import ATTRIBUTIONS
    from limetheory.attribution.needs import NEEDS

    lines = ["| method | number of a part | limit | masks that it needs | masks by default |", "|---|---|---|---|---|"]
    for name, row in ATTRIBUTIONS.own.items():
        needed = "; ".join(NEEDS[need].rule for need in row.needs)
        masks = f"`{row.design.__name__}(d)`" + f', `sampling="{row.sampling}"`' * (row.sampling != "design")
        lines.append(f"| `{name}` | {row.summary} | `{row.statement}` | {needed} | {masks} |")
    return "\n".join(lines)


def rows_block() -> str:
    """How many saved rows name the commit that measured them, and that the others name the one that saved them."""
    files = sorted(HERE.glob("*/*.jsonl"))
    lines = [line for file in files for line in file.read_text(encoding="utf-8").split("\n") if line]
    heads = sorted(HERE.glob("dseg/rows/*/*.csv"))
    lines += [file.read_text(encoding="utf-8").partition("\n")[0] for file in heads]
    lines += [json.dumps(about(file)) for file in sorted(HERE.glob("*/rows/*/*.parquet"))]
    measured, saved = (sum(f'"{name}": "' in line for line in lines) for name in ("revision", "saved_with"))
    if measured + saved < len(lines):
        raise ValueError(f"every row must name a commit, got {len(lines) - measured - saved} that do not; measure them")
    return (
        f"A row says which versions of Python and packages it was measured with. {measured:,} of {len(lines):,} rows "
        f"name the git commit of the code that measured them (`revision`, with `+dirty` where a Python file differed "
        f"from it); the others, which are older, name the commit with which they were saved (`saved_with`)."
    )


@cache
def blocks() -> dict[str, Callable[[], str]]:
    """The blocks of every experiment, each made once though the evidence quotes it, and those that belong to none."""
    found: dict[str, Callable[[], str]] = {
        "exact": exact_block, "attributions": attributions_block, "rows": rows_block,
    }  # fmt: skip
    for experiment in map(find, names()):
        options = parsed(experiment, ["report"])
        found |= {name: cache(partial(block, options)) for name, block in experiment.blocks.items()}
    return found | {"evidence": lambda: evidence(found)}


def pages() -> list[Path]:
    """README.md and the pages of docs/."""
    return [README, *sorted(DOCS.rglob("*.md"))]


def check_blocks(texts: Iterable[str]) -> None:
    """Refuse pages that lack a block or have it twice."""
    whole = "".join(texts)
    for name in blocks():
        if (found := whole.count(f"<!-- {name} -->\n")) != 1:
            raise ValueError(f"README.md and docs/ must have one block {name!r}, got {found}; add it to one page")


def filled(text: str) -> str:
    """The page with every block generated again."""
    for name, block in blocks().items():
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        if start not in text:
            continue
        before, rest = text.split(start)
        text = f"{before}{start}{block()}\n{end}{rest.partition(end)[2]}"
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite the pages, or check them."""
    texts = {page: page.read_text(encoding="utf-8") for page in pages()}
    check_blocks(texts.values())
    stale = {page: new for page, text in texts.items() if (new := filled(text)) != text}
    if "--check" in (sys.argv[1:] if arguments is None else arguments):
        return int(bool(stale))
    for page, text in stale.items():
        page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

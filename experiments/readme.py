"""Fill the generated blocks of README.md from saved rows and outputs.

    python -m experiments.readme            rewrite README.md
    python -m experiments.readme --check    exit 1 if it is out of date

A block stands between `<!-- NAME -->` and `<!-- end -->`.
"""

from __future__ import annotations

import json
import statistics
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
README = HERE.parent / "README.md"


def verify_block() -> str:
    """The saved terminal output of the verification."""
    return f"```\n{(HERE / 'verify' / 'output.txt').read_text(encoding='utf-8').strip()}\n```"


def explain_block() -> str:
    """The saved terminal output of an explanation."""
    return f"```\n{(HERE / 'explain' / 'output.txt').read_text(encoding='utf-8').strip()}\n```"


def cost_block() -> str:
    """Medians over the rounds of the cost experiment, with ratios taken round by round."""
    rows = [json.loads(line) for line in (HERE / "cost" / "rows.jsonl").read_text().splitlines()]
    reference = "limetheory, torch module"
    lines = [
        f"Masking and fitting {rows[0]['samples']} samples of {rows[0]['side']}×{rows[0]['side']} pixels, "
        f"{rows[0]['superpixels']} superpixels, with a model that costs nothing "
        f"(medians of {len(rows)} rounds, 2 CPU cores):",
        "",
        "| | seconds | times limetheory's |",
        "|---|---:|---:|",
    ]
    for name in rows[0]["masking"]:
        seconds = statistics.median(row["masking"][name] for row in rows)
        ratio = statistics.median(row["masking"][name] / row["masking"][reference] for row in rows)
        lines.append(f"| {name} | {seconds:.2f} | {ratio:.1f} |")
    share = statistics.median(1 - row["overhead"]["forward"] / row["overhead"]["total"] for row in rows)
    memory = {
        name: statistics.median(row["memory"][name] for row in rows) - statistics.median(
            row["memory"]["network"] for row in rows
        )
        for name in ("explain", "explain_image at full size")
    }  # fmt: skip
    freed = statistics.median(1 - row["freed"]["kept"] / row["freed"]["as it is"] for row in rows)
    lines += [
        "",
        f"With EfficientNet-Lite0 everything but the forward passes takes {100 * share:.1f} % of the time. On a "
        f"2000×3000 photograph the peak memory is {memory['explain'] / 1024:.2f} GiB over the network's own for "
        f"`limetheory explain`, and {memory['explain_image at full size'] / 1024:.2f} GiB for `explain_image` at "
        "full resolution.",
        "",
        f"That glibc's malloc keeps what layers free (up to 1 GiB, once a torch module runs on a CPU) takes "
        f"{100 * freed:.0f} % off the time of an explanation; any variable `MALLOC_…` in the environment leaves "
        "malloc as it is.",
        "",
        _shared_layers(rows),
    ]
    return "\n".join(lines)


def _shared_layers(rows: list[dict[str, Any]]) -> str:
    """How much faster explanations are where masks share the network's first layers."""
    (few, first), (many, second) = (
        (d, statistics.median(row["shared"][d]["whole"] / row["shared"][d]["shared"] for row in rows))
        for d in rows[0]["shared"]
    )
    return (
        "Behind a few convolutions a position of the feature map sees a few superpixels only, so it has few values. "
        "The first layers of the bundled networks and of any `nn.Sequential` are therefore evaluated for all masks at "
        "once, and the values picked position by position: the same numbers, and an explanation is "
        f"{first:.2f} × as fast with {rows[0]['samples'] // 5} samples of {few} superpixels, {second:.2f} × with "
        f"{rows[0]['samples']} of {many}. A network with hooks, or with a `forward` of its own, is run as a whole."
    )


def trees_block() -> str:
    """The table of exact explanations of a forest beside shap."""
    from experiments.trees.__main__ import ROWS, table

    return "Exact explanations of a forest on pixels: " + table(
        [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    )


def exact_block() -> str:
    """The classes with an exact limit, from the registries themselves."""
    import_module("limetheory.estimation.gaussian_process")  # loaded on first use, and then in the table
    import limetheory as lt

    titles = ("Set functions F(z): `limit(F, design)`", "Models of images: `limit(set_function(f, masked), design)`")
    tables = (lt.supported(), lt.supported(lt.set_function))
    return "\n\n".join(
        "\n".join([title, "", "| class | statement | file | test |", "|---|---|---|---|", *map(_exact_row, rows)])
        for title, rows in zip(titles, tables, strict=True)
    )


def _exact_row(row: tuple[str, str, str, str]) -> str:
    model, statement, *paths = row
    links = (f"[{Path(path).name}]({path})" for path in paths)
    return f"| {' | '.join([f'`{model}`', f'`{statement}`', *links])} |"


SUMMARIES = ("dseg", "efficiency", "worst_case", "speed", "stopping", "inference", "planning", "gradients", "precision")


def summary_block(name: str) -> Callable[[], str]:
    """The summary that an experiment makes of its saved rows."""
    return lambda: str(import_module(f"experiments.{name}.report").summary())


BLOCKS: dict[str, Callable[[], str]] = {
    "verify": verify_block, "explain": explain_block, "cost": cost_block, "trees": trees_block, "exact": exact_block,
    **{name: summary_block(name) for name in SUMMARIES},
}  # fmt: skip


def filled(text: str) -> str:
    """The README with every block generated anew."""
    for name, block in BLOCKS.items():
        start, end = f"<!-- {name} -->\n", "<!-- end -->"
        if text.count(start) != 1:
            raise ValueError(f"README.md must have one block {name!r}, got {text.count(start)}; add it")
        before, rest = text.split(start)
        text = f"{before}{start}{block()}\n{end}{rest.partition(end)[2]}"
    return text


def main(arguments: Sequence[str] | None = None) -> int:
    """Rewrite or check the README."""
    text = README.read_text(encoding="utf-8")
    if "--check" in (sys.argv[1:] if arguments is None else arguments):
        return int(text != filled(text))
    README.write_text(filled(text), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())

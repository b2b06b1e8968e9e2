"""`verify`: run the sections one after the other, so that finished ones are kept after an interrupt."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from limetheory.verification.bandwidth import bandwidth_checks, sweep
from limetheory.verification.checks import Section
from limetheory.verification.digits import digit_checks, digit_comparisons
from limetheory.verification.figures import (
    bandwidth_figure,
    convergence_figure,
    digits_figure,
    gradients_figure,
)
from limetheory.verification.network import NetworkResult, network_checks, study


@dataclass(frozen=True)
class Workload:
    """Which networks and photographs to check, and with how many superpixels, masks and repetitions."""

    networks: tuple[str, ...]
    photographs: tuple[str, ...]
    superpixels: int
    repetitions: int
    gradient_steps: int
    sizes: tuple[int, ...] = tuple(2**k for k in range(5, 14))
    digit_samples: int = 1000
    digit_repetitions: int = 100
    seed: int = 0


WORKLOADS = {
    "quick": Workload(("efficientnet_lite0",), ("chelsea", "coffee"), 11, 200, 192),
    "full": Workload(
        tuple(f"efficientnet_lite{k}" for k in range(3)),
        ("chelsea", "coffee", "astronaut", "rocket"),
        12,
        400,
        384,
    ),
}


def verify(workload: Workload, folder: Path, say: Callable[[str], None] = lambda _: None) -> Iterator[Section]:
    """Yield each section when it is finished; the values of the networks are saved in ``folder``."""
    say("digits: closed forms against repeated estimates")
    yield digits_section(workload)
    for network in workload.networks:
        results = list(_studies(workload, network, folder, say))
        yield network_section(network, results)
        yield bandwidth_section(results)


def digits_section(workload: Workload) -> Section:
    """Compare closed forms with estimates and with enumeration, on a digit."""
    comparisons = digit_comparisons(workload.digit_samples, workload.digit_repetitions, workload.seed)
    numbers = {
        found.name: {
            "limit": found.limit, "estimates": found.estimates, "enumerated": found.enumerated, "d": found.masked.d,
            "value_error": found.value_error, "limit_error": found.limit_error,
        }
        for found in comparisons
    }  # fmt: skip
    text = (
        "A logistic regression, a shape detector, a random forest and an SVM with RBF kernel on a digit of "
        "scikit-learn, with quickshift superpixels. The limits are closed forms; the estimates and the enumeration "
        "of all masks evaluate the models, with scikit-learn's own predict_proba and decision_function, on masked "
        "pixels."
    )
    return Section(
        "Closed forms on digits",
        text,
        digit_checks(comparisons),
        numbers,
        {"digits": digits_figure(comparisons)},
    )


def network_section(network: str, results: list[NetworkResult]) -> Section:
    """Compare estimates for one network with its enumerated limit and with integrated gradients."""
    text = (
        "The limit is exact: the network was evaluated once for each of the 2^d masks, and every estimate draws masks "
        "and looks up their values. The error should fall as the central limit theorem predicts (the line)."
    )
    figures = {f"convergence-{network}": convergence_figure(results)}
    figures |= {f"gradients-{network}-{one.photograph}": gradients_figure(one) for one in results}
    checks = [check for one in results for check in network_checks(one)]
    return Section(
        f"Convergence on {network}", text, checks, {one.photograph: _numbers(one) for one in results}, figures
    )


def bandwidth_section(results: list[NetworkResult]) -> Section:
    """Compute the limits for growing bandwidths from the saved values of one network."""
    sweeps = [sweep(one.photograph, one.table) for one in results]
    checks = [check for one, found in zip(results, sweeps, strict=True) for check in bandwidth_checks(found, one.table)]
    numbers = {
        found.photograph: {
            "bandwidths": found.bandwidths,
            "limits": found.limits,
            "unweighted": found.unweighted,
        }
        for found in sweeps
    }
    text = (
        "The limit of the same network for every bandwidth. At the default of 0.25 the coefficients still change with "
        "the bandwidth; for large bandwidths they tend to differences of means."
    )
    network = results[0].network
    figures = {
        f"bandwidth-{network}-{one.photograph}": bandwidth_figure(found)
        for one, found in zip(results, sweeps, strict=True)
    }
    return Section(f"Bandwidth to infinity on {network}", text, checks, numbers, figures)


def _studies(workload: Workload, network: str, folder: Path, say: Callable[[str], None]) -> Iterator[NetworkResult]:
    from limetheory.networks import load_model

    model = load_model(network)
    for photo in workload.photographs:
        each = f"{workload.repetitions} estimates of each size"
        say(f"{photo} × {network}: all 2^{workload.superpixels} masks, then {each}")
        yield study(
            model, photo, workload.superpixels, list(workload.sizes), workload.repetitions, workload.gradient_steps,
            workload.seed, folder / "tables",
        )  # fmt: skip


def _numbers(one: NetworkResult) -> dict[str, object]:
    return {
        "target": one.target, "probability": one.probability, "d": one.masked.d, "limit": one.limit,
        "integrated_gradients": one.gradients, "completeness_gap": one.completeness_gap,
        "correlation": one.correlation, "top5_jaccard": one.jaccard, "rate": one.convergence.rate,
        **asdict(one.convergence),
    }  # fmt: skip

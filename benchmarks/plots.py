"""Plots: time against the number of routes, log-log, as SVG."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def plot_growth(growth: dict[str, Any], file: Path, title: str) -> None:
    """Plot how the time of a look-up grows, for us and the peers."""
    series: dict[str, list[tuple[int, float]]] = {}
    for size, at in growth.items():
        for name, (least, _) in at["time"].items():
            series.setdefault(name, []).append((int(size), least / 1e3))
    _plot(series, file, title, "microseconds for a look-up")


def plot_kinds(kinds: dict[str, Any], file: Path, title: str) -> None:
    """Plot how the time grows in one virtual host, for each kind of criterion."""
    series = {kind: [(int(count), least / 1e3) for count, (least, _) in times.items()] for kind, times in kinds.items()}
    _plot(series, file, title, "microseconds, the last route matching")


def _plot(series: dict[str, list[tuple[int, float]]], file: Path, title: str, unit: str) -> None:
    import matplotlib as mpl

    mpl.use("svg")
    mpl.rcParams["svg.hashsalt"] = "meshroute"  # the same file for the same figures
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 4.5))
    for name, points in series.items():
        is_ours = name == "meshroute"
        axes.loglog(*zip(*points, strict=True), marker="o", label=name, linewidth=3 if is_ours else 1.2)
    axes.set(xlabel="routes", ylabel=unit, title=title)
    axes.grid(visible=True, which="major", alpha=0.3)
    axes.legend()
    figure.savefig(file, format="svg", metadata={"Date": None}, bbox_inches="tight")
    plt.close(figure)

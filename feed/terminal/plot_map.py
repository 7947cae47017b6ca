"""The map of a drawing: coasts, sensors and their reach, tracks, predicted and actual impacts."""

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from feed.core.launches import launch_drafts
from feed.flight.trajectory import End
from feed.model.arrangement import SensorOf
from feed.terminal.coastline import Window, coasts, land
from feed.terminal.drawing import (
    INK,
    Drawing,
    FlightLine,
    colour_of,
    dashes_of,
    label_style,
    marker_of,
    together,
)
from feed.terminal.globe import circle, degrees, middle, turned
from feed.wording.drawn import drawn_word
from feed.wording.places import SPOTS, Spot

if TYPE_CHECKING:
    from matplotlib.axes import Axes

__all__ = ["draw_map", "reach_km", "window_of"]

SEA, LAND, SHORE = "#eef4f8", "#e2ddd0", "#8f8a7c"
FOOTPRINT_M = 100_000.0
"""The altitude at which the reach of a sensor is drawn."""
SHAPE = 1.28
"""Width over height of the map."""
NEARBY_DEG = 15.0
LAUNCH = "*"
NAMED_DEG = 70.0
"""A wider map has no room for the names of towns."""
MARKS = 8
EARTH_KM = 6371.0
HIGHEST_LATITUDE = 85.0


def draw_map(axes: "Axes", drawing: Drawing) -> None:
    """Draw the map."""
    window = window_of(drawing)
    _ground(axes, window)
    for row, (country, participant) in enumerate(drawing.arrangements.participants.items()):
        high = f"{FOOTPRINT_M / 1000:.0f}"
        label: str | None = drawn_word("reach", country, high, language=drawing.language)
        for sensor in participant.sensors:
            if not sensor.space_based:
                _sensor(axes, window, sensor, row, label)
                label = None
    predicted = drawing.detailed and _predictions(axes, drawing, window)
    for line in drawing.lines:
        _track(axes, line, detailed=drawing.detailed)
    if drawing.detailed:
        _minutes(axes, drawing, (window[3] - window[1]) / 22)
    _places(axes, drawing, window)
    _sites_and_numbers(axes, drawing, window)
    _legend(axes, drawing, predicted=predicted)


def window_of(drawing: Drawing) -> Window:
    """Return the part of the world that holds the flights and the sensors near them."""
    home = drawing.launches[0].site.lon
    lons = [turned(launch.site.lon, home) for launch in drawing.launches]
    lats = [launch.site.lat for launch in drawing.launches]
    for line in drawing.lines:
        lons += [float(line.lon.min()), float(line.lon.max())]
        lats += [float(line.states.lat_deg.min()), float(line.states.lat_deg.max())]
    if drawing.detailed:
        for _, points, radius_m in _predicted(drawing):
            lon, lat = turned(float(points[0, 0]), home), float(points[0, 1])
            edge = circle(lon, lat, radius_m)
            lons += [float(edge[:, 0].min()), float(edge[:, 0].max())]
            lats += [float(edge[:, 1].min()), float(edge[:, 1].max())]
    west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    for participant in drawing.arrangements.participants.values():
        for sensor in participant.sensors:
            lon = turned(sensor.lon, home)
            if (
                not sensor.space_based
                and west - NEARBY_DEG < lon < east + NEARBY_DEG
                and south - NEARBY_DEG < sensor.lat < north + NEARBY_DEG
            ):
                lons.append(lon)
                lats.append(sensor.lat)
    west, south, east, north = min(lons), min(lats), max(lons), max(lats)
    # With air around, in the shape that the page has for it.
    shrink = math.cos(math.radians((south + north) / 2))
    limit = 2 * HIGHEST_LATITUDE
    high = min(max((east - west) * shrink / SHAPE, north - south, 8.0) * 1.14, limit)
    middle, centre = (west + east) / 2, (south + north) / 2
    south = max(-HIGHEST_LATITUDE, min(centre - high / 2, HIGHEST_LATITUDE - high))
    wide = min(high * SHAPE / shrink, 360.0)
    return (middle - wide / 2, south, middle + wide / 2, south + high)


def reach_km(sensor: SensorOf) -> float:
    """Return how far over ground a sensor sees something at the altitude of footprints."""
    lowest = math.radians(max(sensor.minimum_elevation_deg, 0.0))
    foot, top = EARTH_KM + sensor.height_m / 1000, EARTH_KM + FOOTPRINT_M / 1000
    angle = math.acos(foot / top * math.cos(lowest)) - lowest
    slant = math.sqrt(foot**2 + top**2 - 2 * foot * top * math.cos(angle))
    return EARTH_KM * angle * min(1.0, sensor.range_km / slant)


def _ground(axes: "Axes", window: Window) -> None:
    from matplotlib.collections import LineCollection  # noqa: PLC0415 - slow to import
    from matplotlib.patches import PathPatch  # noqa: PLC0415
    from matplotlib.path import Path  # noqa: PLC0415
    from matplotlib.transforms import Bbox  # noqa: PLC0415

    west, south, east, north = window
    box = Bbox.from_extents(west - 1, south - 1, east + 1, north + 1)
    pieces = [Path(ring, closed=True).clip_to_bbox(box) for ring in land(window)]
    pieces = [piece for piece in pieces if len(piece)]
    axes.set_facecolor(SEA)
    if pieces:
        whole = Path.make_compound_path(*pieces)
        axes.add_patch(PathPatch(whole, facecolor=LAND, edgecolor="none", zorder=1))
    axes.add_collection(LineCollection(coasts(window), colors=SHORE, linewidths=0.5, zorder=2))
    axes.set_xlim(west, east)
    axes.set_ylim(south, north)
    stretch = 1 / math.cos(math.radians((south + north) / 2))
    axes.set_aspect(stretch, adjustable="box", anchor="NW")
    axes.xaxis.set_major_formatter(lambda value, _: degrees((value + 180) % 360 - 180, "EW"))
    axes.yaxis.set_major_formatter(lambda value, _: degrees(value, "NS"))
    axes.grid(color="#c4ced6", linewidth=0.4, zorder=0)
    axes.tick_params(length=2, labelsize=8)


def _sensor(axes: "Axes", window: Window, sensor: SensorOf, row: int, label: str | None) -> None:
    colour, lon = colour_of(row), turned(sensor.lon, middle(window))
    axes.plot(
        lon,
        sensor.lat,
        marker_of(row),
        color=colour,
        markersize=6,
        markeredgecolor="white",
        markeredgewidth=0.8,
        linestyle="none",
        zorder=5,
        label=label,
    )
    edge = circle(lon, sensor.lat, reach_km(sensor) * 1000)
    axes.plot(edge[:, 0], edge[:, 1], color=colour, alpha=0.3, linewidth=0.5, zorder=1.6)


def _predictions(axes: "Axes", drawing: Drawing, window: Window) -> bool:
    """Draw the first predicted area of each country and how it went on; tell if there was one."""
    drawn = False
    countries = list(drawing.arrangements.participants)
    for country, points, radius_m in _predicted(drawing):
        if country not in countries:
            continue
        colour = colour_of(countries.index(country))
        points[:, 0] = [turned(lon, middle(window)) for lon in points[:, 0]]
        edge = circle(float(points[0, 0]), float(points[0, 1]), radius_m)
        axes.plot(edge[:, 0], edge[:, 1], color=colour, linewidth=1.1, dashes=(2, 2), zorder=4)
        axes.plot(points[:, 0], points[:, 1], ".-", color=colour, linewidth=0.6, markersize=3.5)
        drawn = True
    return drawn


def _predicted(drawing: Drawing) -> Iterator[tuple[str, NDArray[np.float64], float]]:
    """Yield by vehicle and country the predicted points, and the radius of the first."""
    for launch in drawing.launches:
        said: dict[str, list[tuple[float, float]]] = {}
        radius_m: dict[str, float] = {}
        for draft in launch_drafts(launch, drawing.start, drawing.arrangements, drawing.seed):
            if (
                draft.kind == "impact"
                and draft.event == launch.id
                and draft.data["state"] == "predicted"
            ):
                said.setdefault(draft.originator, []).append(draft.data["point"]["coordinates"])
                radius_m.setdefault(draft.originator, draft.data["area"]["radius_m"])
        for country, points in said.items():
            yield country, np.array(points, dtype=np.float64), radius_m[country]


def _track(axes: "Axes", line: FlightLine, *, detailed: bool) -> None:
    path = line.flying.trajectory
    axes.plot(
        line.lon,
        line.states.lat_deg,
        color=INK,
        linewidth=1.7 if line.main and detailed else 0.9,
        linestyle=dashes_of(line) if detailed else "-",
        zorder=7,
    )
    end = _end(line)
    if path.end is End.IMPACT:
        size = 7 if line.main else 5
        axes.plot(*end, marker="x", color=INK, markersize=size, markeredgewidth=1.8, zorder=8)
    elif path.end is not End.ORBIT:
        axes.plot(*end, marker="o", color=INK, fillstyle="none", markersize=6, zorder=8)


def _minutes(axes: "Axes", drawing: Drawing, apart_deg: float) -> None:
    """Mark flights with round minutes after their launch, where there is room."""
    taken = [_end(line) for line in drawing.lines]
    taken += [(float(line.lon[0]), float(line.states.lat_deg[0])) for line in drawing.vehicles]
    for line in drawing.vehicles:
        total = float(line.minutes[-1])
        step = next((step for step in (1, 2, 5, 10, 20) if total / step <= MARKS), 60)
        for minute in range(step, math.ceil(total), step):
            lon = float(np.interp(minute, line.minutes, line.lon))
            lat = float(np.interp(minute, line.minutes, line.states.lat_deg))
            if any(math.hypot(lon - x, lat - y) < apart_deg for x, y in taken):
                continue
            taken.append((lon, lat))
            axes.plot(lon, lat, "o", color="white", markeredgecolor=INK, markersize=3.5, zorder=8)
            style = label_style("center", 7, "normal")
            above = line.ordinal % 2 == 1
            style["va"] = "bottom" if above else "top"
            axes.annotate(f"+{minute}", (lon, lat), (0, 5 if above else -5), **style)


def _sites_and_numbers(axes: "Axes", drawing: Drawing, window: Window) -> None:
    near = (window[3] - window[1]) / 40
    sites = [
        (ordinal, (turned(launch.site.lon, middle(window)), launch.site.lat))
        for ordinal, launch in enumerate(drawing.launches, 1)
    ]
    for _, (lon, lat) in sites:
        axes.plot(lon, lat, LAUNCH, color=INK, markersize=10, zorder=8)
    if len(sites) > 1:
        for name, place in together(sites, near, near):
            axes.annotate(name, place, (-6, 6), **label_style("right"))
    ends = [(line.ordinal, _end(line)) for line in drawing.vehicles]
    for name, place in together(ends, near, near):
        axes.annotate(name, place, (6, 4), **label_style("left"))


def _places(axes: "Axes", drawing: Drawing, window: Window) -> None:
    """Name towns and islands where there is room for it: beside tracks, sensors and each other."""
    west, south, east, north = window
    if east - west > NAMED_DEG:
        return
    taken = _occupied(drawing, window)
    high = (north - south) / 30
    for spot in SPOTS:
        lon = turned(spot.lon, middle(window))
        name = _named(spot, drawing.language)
        wide = (east - west) * (0.012 + 0.0088 * cell_len(name))
        boxes = {
            side: (lon + right * wide, spot.lat + up * high, wide, high)
            for side, right, up in _SIDES
        }
        side = next((each for each, box in boxes.items() if _is_free(box, window, taken)), None)
        if side is None:
            continue
        left, low, _, _ = boxes[side]
        taken += [(left + n / 8 * wide, low + high / 2) for n in range(9)]
        taken.append((lon, spot.lat))
        axes.plot(lon, spot.lat, ".", color="#555555", markersize=2.5, zorder=3)
        axes.annotate(
            name, (lon, spot.lat), _OFFSETS[side], textcoords="offset points", fontsize=6.5,
            color="#555555", zorder=3, ha=side if side in {"left", "right"} else "center",
            va="center" if side in {"left", "right"} else side,
        )  # fmt: skip


_SIDES = (("left", 0.0, -0.5), ("right", -1.0, -0.5), ("top", -0.5, -1.4), ("bottom", -0.5, 0.4))
"""How matplotlib aligns a name with its place, and where the name begins, in its own sizes."""
_OFFSETS = {"left": (3, 0), "right": (-3, 0), "top": (0, -3), "bottom": (0, 3)}


def _is_free(
    box: tuple[float, float, float, float], window: Window, taken: list[tuple[float, float]]
) -> bool:
    """Tell whether a box (its corner, its width and height) is on the map and hides nothing."""
    left, low, wide, high = box
    west, south, east, north = window
    inside = west < left and left + wide < east and south < low and low + high < north
    return inside and not any(left < x < left + wide and low < y < low + high for x, y in taken)


def _named(spot: Spot, language: str) -> str:
    return {"ja": spot.ja, "ko": spot.ko}.get(language, spot.en)


def _occupied(drawing: Drawing, window: Window) -> list[tuple[float, float]]:
    """Return points that no name should hide: sites, sensors, tracks and the minutes at them."""
    home, above = middle(window), (window[3] - window[1]) / 40
    points = [(turned(each.site.lon, home), each.site.lat) for each in drawing.launches]
    for line in drawing.lines:
        way = [*zip(map(float, line.lon), map(float, line.states.lat_deg), strict=True)]
        points += [*way, *((lon, lat + above) for lon, lat in way)]
    for participant in drawing.arrangements.participants.values():
        points += [
            (turned(sensor.lon, home), sensor.lat)
            for sensor in participant.sensors
            if not sensor.space_based
        ]
    return points


def _legend(axes: "Axes", drawing: Drawing, *, predicted: bool) -> None:
    """Explain what is on the map, and nothing that is not; below it, where it hides nothing."""

    def word(name: str) -> str:
        return drawn_word(name, language=drawing.language)

    ends = {line.flying.trajectory.end for line in drawing.lines}
    plain: dict[str, Any] = {"color": INK, "linestyle": "none"}
    axes.plot([], [], LAUNCH, markersize=10, label=word("launch"), **plain)
    if predicted:
        dashed: dict[str, Any] = {"color": "#555555", "linewidth": 1.1, "dashes": (2, 2)}
        axes.plot([], [], label=word("predicted"), **dashed)
    if drawing.detailed and drawing.lines:
        dot: dict[str, Any] = {"color": "white", "markeredgecolor": INK, "markersize": 3.5}
        axes.plot([], [], "o", label=word("minutes"), **dot)
    if End.IMPACT in ends:
        axes.plot([], [], "x", markersize=7, markeredgewidth=1.8, label=word("came-down"), **plain)
    if ends & {End.LOST, End.BROKE_UP}:
        axes.plot([], [], "o", fillstyle="none", markersize=6, label=word("gone"), **plain)
    axes.legend(
        loc="upper left", bbox_to_anchor=(0, -0.035), borderaxespad=0, ncols=3, fontsize=8,
        frameon=False, columnspacing=1.6,
    )  # fmt: skip


def _end(line: FlightLine) -> tuple[float, float]:
    return float(line.lon[-1]), float(line.states.lat_deg[-1])

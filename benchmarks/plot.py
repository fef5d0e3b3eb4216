"""A bar chart as SVG: no library draws one smaller."""

from __future__ import annotations

from collections.abc import Mapping
from xml.sax.saxutils import escape

WIDTH, BAR, GAP, LEFT, TOP = 680, 18, 22, 130, 44
FILLS = {"briefgen": "#1a4f8b", "Hugo": "#b8b8b8"}


def bars(title: str, groups: Mapping[str, Mapping[str, float]]) -> str:
    """One group of horizontal bars an action, one bar a program, each with its number."""
    longest = max(value for found in groups.values() for value in found.values())
    y, parts = TOP, []
    for action, found in groups.items():
        parts.append(
            f'<text x="{LEFT - 12}" y="{y + BAR * len(found) / 2 + 5}" text-anchor="end">{escape(action)}</text>'
        )
        for name, value in found.items():
            width = max(2, (WIDTH - LEFT - 130) * value / longest)
            parts.append(
                f'<rect x="{LEFT}" y="{y}" width="{width:.0f}" height="{BAR - 3}" fill="{FILLS.get(name, "#777")}"/>'
            )
            parts.append(f'<text x="{LEFT + width + 8:.0f}" y="{y + BAR - 6}">{value:.3g} s, {escape(name)}</text>')
            y += BAR
        y += GAP
    style = "text { font: 13px system-ui, sans-serif; fill: #222 } .title { font-weight: 600 }"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {y}" role="img" aria-label="{escape(title)}">'
    ground = f'<style>{style}</style><rect width="{WIDTH}" height="{y}" fill="#fff"/>'
    return "\n".join([head, ground, f'<text class="title" x="16" y="24">{escape(title)}</text>', *parts, "</svg>", ""])

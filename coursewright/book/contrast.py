"""Contrast of colours as WCAG 2.2 measures it, and colours moved until they pass."""

from __future__ import annotations

import colorsys

AA = 4.5
"""The least contrast of text of ordinary size (WCAG 2.2, success criterion 1.4.3)."""


def contrast(first: str, second: str) -> float:
    """The contrast of two colours ``#rrggbb``: 1 where they are the same, 21 for black and white."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def pass_on(colour: str, background: str, least: float = AA) -> str:
    """`colour`, made darker or lighter in small steps until it passes on `background`."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    step = -0.01 if _luminance(background) > 0.18 else 0.01
    while contrast(colour, background) < least and 0 <= lightness + step <= 1:
        lightness += step
        colour = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return colour


def text_on(background: str) -> str:
    """White or near black, whichever reads better on `background`."""
    return max(("#ffffff", "#101418"), key=lambda colour: contrast(colour, background))


def mix(first: str, second: str, share: float) -> str:
    """`first` with a share (0 to 1) of `second` in it."""
    pairs = zip(_channels(first), _channels(second), strict=True)
    red, green, blue = (one * (1 - share) + other * share for one, other in pairs)
    return _hex((red, green, blue))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _luminance(colour: str) -> float:
    red, green, blue = (
        channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
        for channel in _channels(colour)
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue

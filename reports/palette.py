"""Colours of everything that leaves the house, as RRGGBB.

Lines: Okabe & Ito, told apart by colour-blind readers and, with their dashes, in grey print.
Lamps are dark enough to be seen on white (contrast 3 or more); their shape and word say the same without colour.
"""

from __future__ import annotations

INK = "1F2933"
MUTED = "5A6672"
RULE = "C5CDD6"
PAPER = "FFFFFF"
STRIPE = "F3F6F9"
HEADING = "12355B"
#: The mark on simulated data.
MARK = "B3400A"

ACTUAL = "1A1A1A"
PACE = "6B7680"
PROJECTION = "0072B2"
BAND = "56B4E9"
GOAL = "D55E00"
EXITS = "E69F00"

LAMPS = {
    "green": "1A7F37",
    "lightgreen": "639A1B",
    "yellow": "B98500",
    "orange": "D9590A",
    "red": "C0182B",
    "grey": "6B7680",
}

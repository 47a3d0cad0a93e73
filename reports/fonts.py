"""Chinese text on machines that have no Chinese font, without fetching anything.

The wheel `pylopdf_fonts_zh_cn` carries Noto Sans SC (OFL 1.1, static Regular). It is handed to matplotlib, cut down for
the browser, and shown to fontconfig so that LibreOffice can draw our slides. There is no static bold: emphasis is size
and colour.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from xml.sax.saxutils import escape

import matplotlib as mpl
from fontTools import subset
from matplotlib.font_manager import FontProperties, fontManager
from pylopdf_fonts_zh_cn import sans_path

from targets.lamps import SHAPES

#: What slides ask for: present on every Chinese Windows and in WPS.
OFFICE_FONT = "微软雅黑"
WEB_FONT = "NotoSansSC-GB2312.woff2"
#: Typographic signs beyond GB2312; the lamps' shapes are added to them.
SIGNS = "·–—‘’“”…‰′″¹²³€←↑→↓−≈≠≤≥①②③④⑤⑥⑦⑧⑨⑩✓▼▽◀▶"
#: Not in GB2312 but in names of Shanxi's townships.
PLACE_NAMES = "墕虒圐圙洸畖磑窊勍垯"


def register_matplotlib() -> None:
    """Make matplotlib draw Chinese; calling it again changes nothing."""
    path = str(sans_path())
    if all(entry.fname != path for entry in fontManager.ttflist):
        fontManager.addfont(path)
    mpl.rcParams["font.family"] = [FontProperties(fname=path).get_name(), "DejaVu Sans"]
    mpl.rcParams["axes.unicode_minus"] = False


def write_web_font(folder: Path) -> Path:
    """Write the font that browsers are served: GB2312, ASCII, common signs and Shanxi's rarer place names.

    Parameters
    ----------
    folder : pathlib.Path
        Made if absent.

    Returns
    -------
    pathlib.Path
        A woff2 file of about 1.4 MB. One that is there already is kept as it is.
    """
    target = Path(folder) / WEB_FONT
    if target.exists() and target.stat().st_size > 0:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    options = subset.Options(flavor="woff2", hinting=False, notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=[ord(character) for character in web_characters()])
    # Another worker may be at the same: each writes its own file, and the last rename wins whole.
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    os.close(handle)
    part = Path(name)
    try:
        with subset.load_font(str(sans_path()), options) as font:
            subsetter.subset(font)
            subset.save_font(font, name, options)
        part.chmod(0o644)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return target


def web_characters() -> frozenset[str]:
    """Characters the web font holds.

    Returns
    -------
    frozenset of str
    """
    pairs = (bytes([high, low]) for high in range(0xA1, 0xF8) for low in range(0xA1, 0xFF))
    national = "".join(pair.decode("gb2312", errors="ignore") for pair in pairs)
    ascii_printable = "".join(chr(code) for code in range(0x20, 0x7F))
    return frozenset(national + ascii_printable + SIGNS + PLACE_NAMES + "".join(SHAPES.values()))


def fontconfig_file(folder: Path) -> Path:
    """Write a fonts.conf with which LibreOffice draws slides that ask for 微软雅黑.

    Parameters
    ----------
    folder : pathlib.Path
        Made if absent; fontconfig keeps its cache in it.

    Returns
    -------
    pathlib.Path
        For the environment variable FONTCONFIG_FILE.
    """
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    ours = FontProperties(fname=str(sans_path())).get_name()
    aliases = "\n".join(
        f'  <match target="pattern"><test name="family"><string>{name}</string></test>\n'
        f'    <edit name="family" mode="assign" binding="same"><string>{ours}</string></edit></match>'
        for name in (OFFICE_FONT, "Microsoft YaHei")
    )
    path = folder / "fonts.conf"
    path.write_text(
        '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig>\n'
        '  <include ignore_missing="yes">/etc/fonts/fonts.conf</include>\n'
        f"  <dir>{escape(str(Path(sans_path()).parent))}</dir>\n"
        f"  <cachedir>{escape(str((folder / 'cache').resolve()))}</cachedir>\n"
        f"{aliases}\n</fontconfig>\n",
        encoding="utf-8",
    )
    return path

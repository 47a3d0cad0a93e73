"""The web font is put where browsers ask for it: whole at once, small as soon as it has been cut down.

Cutting takes half a minute, so a process of its own does it: `python -m views.components.webfont`. Where the folder
cannot be written, readers see the Chinese font of their own machine.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pylopdf_fonts_zh_cn import sans_path

STATIC = Path(__file__).parents[2] / "static"
#: As in .streamlit/config.toml, and as `reports.fonts` names it.
NAME = "NotoSansSC-GB2312.woff2"
LOG = logging.getLogger(__name__)


def provide(folder: Path = STATIC) -> subprocess.Popen[bytes] | None:
    """Make sure that the font browsers ask for is there.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    subprocess.Popen or None
        The process that cuts the font down, if there is need of one.
    """
    target = folder / NAME
    if target.exists():
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, suffix=".part", delete=False) as part:
            part.write(Path(sans_path()).read_bytes())
        Path(part.name).chmod(0o644)
        Path(part.name).replace(target)
    except OSError as error:
        LOG.warning("no web font: %s", error)
        return None
    return subprocess.Popen([sys.executable, "-m", "views.components.webfont", str(folder)], cwd=STATIC.parent)


def cut_down(folder: Path) -> Path:
    """Replace the whole font by the characters the product needs.

    Parameters
    ----------
    folder : pathlib.Path

    Returns
    -------
    pathlib.Path
    """
    from reports.fonts import write_web_font

    with tempfile.TemporaryDirectory(dir=folder) as work:
        small = write_web_font(Path(work))
        return Path(shutil.move(small, folder / small.name))


if __name__ == "__main__":
    cut_down(Path(sys.argv[1]))

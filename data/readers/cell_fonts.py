"""What the font of a part of a cell says of it: what is struck out is withdrawn, what is raised marks a note.

calamine runs them all into one text: 20 struck out before 23 reads 2023, and 23 with a small ¹ reads 231.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from data.readers.grid import shown
from data.readers.zip_check import Lost

STRUCK = "此格有删除线，看不出还算不算。请去掉删除线，或删去该格内容后重新上传。"


@dataclass(frozen=True)
class Run:
    """A part of the text of a cell in one font.

    Parameters
    ----------
    text : str
    is_struck : bool
    is_raised : bool
        Superscript or subscript.
    """

    text: str
    is_struck: bool = False
    is_raised: bool = False


def is_telling(runs: Sequence[Run]) -> bool:
    """Return whether a part of a text is not to be read as it stands.

    Parameters
    ----------
    runs : sequence of Run

    Returns
    -------
    bool
    """
    return any((run.is_struck or run.is_raised) and run.text.strip() for run in runs)


def note_runs(lost: Lost, at: tuple[int, int], runs: Sequence[Run]) -> None:
    """Note of a cell what is struck out, which its sender must settle, or the footnote mark that is left out of it.

    Parameters
    ----------
    lost : Lost
        Of the sheet; added to.
    at : tuple of int
        Row and column from 0.
    runs : sequence of Run
        The text of the cell.
    """
    struck = "".join(run.text for run in runs if run.is_struck).strip()
    raised = "".join(run.text for run in runs if run.is_raised).strip()
    kept = "".join(run.text for run in runs if not run.is_raised)
    if struck:
        lost.mark(
            at, f"格内的“{shown(struck)}”有删除线，看不出其余的算不算。请删去划掉的文字，或去掉删除线后重新上传。"
        )
    elif raised and kept.strip():
        lost.cells[at] = kept
        lost.raised[at] = raised

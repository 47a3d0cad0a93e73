"""Reading workbooks as offices send them: see `reader`. What comes of it is a `Reading`; a `Mapping` answers it."""

from data.readers.workbook.mapping import IGNORE, Mapping, role_answer
from data.readers.workbook.meaning import MEASURE_NAMES
from data.readers.workbook.reader import read_grids
from data.readers.workbook.reading import CellReading, Note, Option, Question, Reading, Role, SheetReading

__all__ = [
    "IGNORE",
    "MEASURE_NAMES",
    "CellReading",
    "Mapping",
    "Note",
    "Option",
    "Question",
    "Reading",
    "Role",
    "SheetReading",
    "read_grids",
    "role_answer",
]

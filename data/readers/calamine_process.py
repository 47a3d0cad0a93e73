"""Reads a workbook with calamine in a process of its own, started as a script: bytes in, JSON lines out.

calamine is compiled code that aborts the whole process on some damaged xls files and lays sheets out in full; here
that ends this process, within its limits of memory and time, and no other. Imports nothing of the product.
"""

from __future__ import annotations

import io
import json
import sys
from datetime import date, datetime, time

#: Bytes of address space, and seconds of processor time. A workbook of 5 million cells takes a fifth of either.
MEMORY, SECONDS = 2 * 1024**3, 60


def main() -> None:
    """Write a line a sheet; a last line tells that all is there."""
    _limit()
    import python_calamine as calamine

    content, most_cells = sys.stdin.buffer.read(), int(sys.argv[1])
    try:
        workbook = calamine.CalamineWorkbook.from_filelike(io.BytesIO(content))
    except calamine.PasswordError:
        _say({"password": True})
        return
    for number, about in enumerate(workbook.sheets_metadata):
        if about.typ is not calamine.SheetTypeEnum.WorkSheet:
            continue
        sheet = workbook.get_sheet_by_index(number)
        if sheet.total_height * sheet.total_width > most_cells:
            _say({"large": about.name, "rows": sheet.total_height, "columns": sheet.total_width})
            return
        rows = [[_cell(raw) for raw in row] for row in sheet.to_python(skip_empty_area=False)]
        merged = [[*first, *last] for first, last in sheet.merged_cell_ranges or []]
        is_hidden = about.visible is not calamine.SheetVisibleEnum.Visible
        _say({"number": number + 1, "name": about.name, "rows": rows, "merged": merged, "is_hidden": is_hidden})
    _say({"end": True})


def _limit() -> None:
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _cell(raw: object) -> object:
    """Return text, number or {"d": day}; whatever else stays readable text, which no number or month column takes."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, int | float):
        return float(raw) if abs(raw) < 1e300 else str(raw)
    if isinstance(raw, datetime):
        return {"d": raw.date().isoformat()} if raw.time() == time() else raw.isoformat(sep=" ")
    return {"d": raw.isoformat()} if isinstance(raw, date) else str(raw)


def _say(line: dict[str, object]) -> None:
    sys.stdout.write(json.dumps(line, ensure_ascii=True) + "\n")


if __name__ == "__main__":
    main()

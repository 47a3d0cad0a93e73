"""The same inputs give the same bytes: office files without the moment at which they were written.

Zip entries and document properties carry the clock's time; both are set to the day the caller names, workbooks inside
included.
"""

from __future__ import annotations

import datetime
import io
import re
import zipfile

MOMENT = re.compile(rb"(<dcterms:(?:created|modified)[^>]*>)[^<]*")


def sealed(package: bytes, day: datetime.date) -> bytes:
    """Rewrite an office file as of a day.

    Parameters
    ----------
    package : bytes
        pptx, docx or xlsx.
    day : datetime.date

    Returns
    -------
    bytes
    """
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as source, zipfile.ZipFile(buffer, "w") as target:
        for entry in source.infolist():
            content = source.read(entry)
            if entry.filename.endswith(".xlsx"):
                content = sealed(content, day)
            elif entry.filename == "docProps/core.xml":
                content = MOMENT.sub(rb"\g<1>" + f"{day.isoformat()}T00:00:00Z".encode(), content)
            stamped = zipfile.ZipInfo(entry.filename, date_time=(day.year, day.month, day.day, 0, 0, 0))
            target.writestr(stamped, content, compress_type=zipfile.ZIP_DEFLATED)
    return buffer.getvalue()

"""What the bytes of a file are, whatever its name says.

A name is only a claim: a web page is often saved as .xls and a workbook renamed .csv. The kind is told from the
content, and a file whose name and content disagree is refused rather than guessed at.
"""

from __future__ import annotations

import io
import math
import zipfile
from pathlib import PureWindowsPath

from forecasting.errors import FaultsError

MAX_BYTES = 20 * 1024**2

#: Suffix accepted -> the kind of content it promises.
SUFFIXES = {
    ".csv": "text",
    ".tsv": "text",
    ".txt": "text",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xls",
    ".ods": "ods",
}

KINDS = {
    "xlsx": "Excel 工作簿（xlsx）",
    "ods": "OpenDocument 表格（ods）",
    "xls": "旧版 xls 或加了密码的 Excel 文件",
    "pdf": "PDF 文件",
    "image": "图片",
    "zip": "压缩包或其他办公文件",
    "html": "网页或 XML",
    "utf16": "UTF-16 编码的文本",
    "binary": "无法识别的二进制内容",
    "text": "文本",
}

ADVICE = {
    "xlsx": "请把后缀改为 .xlsx 后重新上传。",
    "ods": "请把后缀改为 .ods 后重新上传。",
    "xls": "请在 Excel 或 WPS 中打开，去掉密码，另存为“Excel 工作簿（*.xlsx）”后重新上传。",
    "utf16": "请另存为“CSV UTF-8（逗号分隔）”后重新上传。",
    "text": "请把后缀改为 .csv 后重新上传；若本应是 Excel 文件，请重新导出。",
}
OTHER_ADVICE = "请把数据另存为 .xlsx 或 .csv 后重新上传。"

_MAGIC = {
    "xls": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",),
    "pdf": (b"%PDF-",),
    "image": (b"\x89PNG\r\n", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*"),
    "utf16": (b"\xff\xfe", b"\xfe\xff"),
}
_HTML = (b"<!doctype html", b"<html", b"<table", b"<?xml")


def bare_name(file_name: str) -> str:
    """Return the name without its folders, whichever slash they were written with.

    Parameters
    ----------
    file_name : str

    Returns
    -------
    str

    Raises
    ------
    FaultsError
        If nothing is left, or the name holds characters that cannot be seen.
    """
    name = PureWindowsPath(file_name).name
    if not name or not name.isprintable():
        raise FaultsError(["文件名为空，或含有看不见的控制字符。请改名后重新上传。"])
    return name


def check_size(n_bytes: int, name: str) -> None:
    """Raise if a file is empty or too large to be a monthly table.

    Parameters
    ----------
    n_bytes : int
    name : str
        Shown to the user.

    Raises
    ------
    FaultsError
        Giving the size and the limit.
    """
    if n_bytes == 0:
        raise FaultsError([f"文件“{name}”是空的（0 字节）。请确认导出成功后重新上传。"])
    if n_bytes > MAX_BYTES:
        size, limit = math.ceil(n_bytes / 1024**2 * 10) / 10, MAX_BYTES // 1024**2
        advice = "请只保留月度数据，或按年份拆成几个文件。"
        raise FaultsError([f"文件“{name}”大小为 {size:.1f} MB，超过上限 {limit} MB。{advice}"])


def kind_of(content: bytes) -> str:
    """Tell what the bytes are.

    Parameters
    ----------
    content : bytes
        Not empty.

    Returns
    -------
    str
        A key of `KINDS`.
    """
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        try:
            names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        except (zipfile.BadZipFile, NotImplementedError, ValueError):
            return "zip"
        if "xl/workbook.xml" in names:
            return "xlsx"
        return "ods" if {"content.xml", "META-INF/manifest.xml"} <= set(names) else "zip"
    for kind, magics in _MAGIC.items():
        if content.startswith(magics):
            return kind
    if content[8:12] == b"WEBP" or (content.startswith(b"BM") and b"\0" in content[:64]):
        return "image"
    if b"\0" in content:
        return "binary"
    head = content[:256].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return "html" if head.startswith(_HTML) else "text"


def check_kind(content: bytes, name: str) -> str:
    """Return the kind of the content if a reader takes it and the name says so too.

    Parameters
    ----------
    content : bytes
    name : str

    Returns
    -------
    str
        `text`, `xlsx`, `xls` or `ods`.

    Raises
    ------
    FaultsError
        If the suffix is not accepted, or the content is not what it says.
    """
    suffix, kind = PureWindowsPath(name).suffix.lower(), kind_of(content)
    promised = SUFFIXES.get(suffix)
    if promised == kind:
        return kind
    advice = ADVICE.get(kind, OTHER_ADVICE)
    if promised is None:
        accepted = "、".join(SUFFIXES)
        raise FaultsError([f"不收后缀为“{suffix}”的文件“{name}”（只收 {accepted}）；其内容是{KINDS[kind]}。{advice}"])
    raise FaultsError([f"文件“{name}”名不副实：后缀是 {suffix}，内容却是{KINDS[kind]}。{advice}"])

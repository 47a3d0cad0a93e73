"""Reading a CSV as text: nothing is coerced, and a file that is not such a table is refused with the reason."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from forecasting.errors import FaultsError, SchemaError

#: The folder of the built-in files.
FOLDER = Path(__file__).parent


def read_table(path: Path, columns: Sequence[str], optional: Sequence[str] = ()) -> pd.DataFrame:
    """Read a UTF-8 CSV as text.

    Parameters
    ----------
    path : pathlib.Path
        The file; a byte-order mark is allowed.
    columns : sequence of str
        Columns the file must have.
    optional : sequence of str
        Columns it may have; empty where it has not. Others are left out.

    Returns
    -------
    pandas.DataFrame
        Of str, in the order of `columns` and `optional`, rows in file order, empty cells as "". Wholly empty rows are
        left out; the index stays the position in the file.

    Raises
    ------
    SchemaError
        If the file is absent, empty, not UTF-8, or a row has more cells than the header.
    FaultsError
        Naming every column that is missing.
    """
    try:
        table = pd.read_csv(path, dtype=str, encoding="utf-8-sig", keep_default_na=False, skip_blank_lines=False)
    except FileNotFoundError as error:
        raise SchemaError(f"没有文件 {path}。请核对路径。") from error
    except OSError as error:
        raise SchemaError(f"不能读取 {path}（{error.strerror}）。请核对路径，须是一个文件。") from error
    except UnicodeDecodeError as error:
        raise SchemaError(f"{path.name} 不是 UTF-8 编码。请在表格软件中另存为“CSV UTF-8”后重试。") from error
    except pd.errors.EmptyDataError as error:
        raise SchemaError(f"{path.name} 是空文件。第1行应为列名：{','.join(columns)}。") from error
    except pd.errors.ParserError as error:
        raise SchemaError(f"{path.name} 有的行比列名多出单元格（{error}）。含逗号的内容须加引号。") from error
    if not isinstance(table.index, pd.RangeIndex):
        raise SchemaError(f"{path.name} 的数据行比列名多出单元格。含逗号的内容须加引号。")
    missing = [column for column in columns if column not in table.columns]
    if missing:
        raise FaultsError([f"{path.name} 第1行缺少 {column} 列，请补上。" for column in missing], f"{path.name} 有误")
    table = table.fillna("").reindex(columns=[*columns, *optional], fill_value="")
    return table[(table != "").any(axis="columns")]

"""The database of a job, and the demonstration data in it."""

from __future__ import annotations

import os
from pathlib import Path

from data.demo import demo_observations
from data.store import Receipt, Store
from workflow.stamps import utc_now

ROOT = Path(__file__).parents[1]
#: Names the database; any SQLAlchemy URL.
DATABASE_VARIABLE = "BEIZENG_DB"


def open_store(url: str | None = None) -> Store:
    """Open the database.

    Parameters
    ----------
    url : str, optional
        SQLAlchemy URL; default the environment variable `BEIZENG_DB`, else `var/beizeng.db` beside the code.

    Returns
    -------
    Store
    """
    return Store(url or os.environ.get(DATABASE_VARIABLE) or f"sqlite:///{ROOT / 'var' / 'beizeng.db'}")


def load_demo(store: Store) -> Receipt:
    """Put the demonstration data into the store; a second time adds nothing.

    Parameters
    ----------
    store : Store

    Returns
    -------
    Receipt
    """
    table = demo_observations()
    # Its own content, so that servers which start together on an empty store load it once.
    content = table.to_csv(index=False).encode()
    return store.append(table, received_at=utc_now(), file_name="演示数据（模拟）", content=content, author="系统")

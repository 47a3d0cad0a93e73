"""Findings of the quality watch in the database: what was found, when, and what people made of it.

A check appends a version of a finding only where something about it changed, and one that says it is gone. What people
decide is kept apart, so that checking again neither repeats a finding nor loses its state.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import pandas as pd
import sqlalchemy as sa

from data.quality.finding import SEVERITIES, STATES, QualityFinding, finding_from_record, finding_record
from data.store.database import Database, utc
from data.tables import finding_states, findings
from forecasting.errors import StoreError


@dataclass(frozen=True)
class HeldFinding:
    """A finding as the store holds it.

    Parameters
    ----------
    finding : QualityFinding
        As it was found last.
    is_found : bool
        Whether the last check still found it.
    first_found, last_changed : datetime
        UTC.
    state : str
        One of `data.quality.finding.STATES`.
    state_author, state_reason : str
        Who decided so, and why; empty while it is open.
    """

    finding: QualityFinding
    is_found: bool
    first_found: dt.datetime
    last_changed: dt.datetime
    state: str = "open"
    state_author: str = ""
    state_reason: str = ""

    @property
    def id(self) -> str:
        """Name of the finding."""
        return self.finding.id

    @property
    def state_name(self) -> str:
        """The state in Chinese."""
        return STATES[self.state]


class FindingStore(Database):
    """The part of the store that holds findings; see `data.store.Store`."""

    def save_findings(
        self, found: Sequence[QualityFinding], *, checked_at: dt.datetime, unchecked: Collection[str] = ()
    ) -> int:
        """Keep what a check of all the data found.

        Parameters
        ----------
        found : sequence of QualityFinding
            All of it: what is held and not among it is noted as not found any more.
        checked_at : datetime
            UTC.
        unchecked : collection of str
            Kinds that were not looked for: of them nothing is noted as not found any more.

        Returns
        -------
        int
            Number of findings that were not held before.
        """
        records = {one.id: json.dumps(finding_record(one), ensure_ascii=False, sort_keys=True) for one in found}
        with self.writing() as connection:
            query = sa.select(findings.c.id, findings.c.is_found, findings.c.record).order_by(findings.c.number)
            held = {row.id: (row.is_found, row.record) for row in connection.execute(query)}
            rows = [(name, True, record) for name, record in records.items() if held.get(name) != (True, record)]
            rows += [
                (name, False, record)
                for name, (is_found, record) in held.items()
                if is_found and name not in records and json.loads(record)["kind"] not in unchecked
            ]
            if rows:
                connection.execute(
                    findings.insert(),
                    [
                        {"id": name, "checked_at": utc(checked_at), "is_found": is_found, "record": record}
                        for name, is_found, record in rows
                    ],
                )
        return len(set(records) - set(held))

    def set_finding_state(self, finding: str, state: str, *, changed_at: dt.datetime, author: str, reason: str) -> None:
        """Note what somebody made of a finding; earlier decisions are kept.

        Parameters
        ----------
        finding : str
            Id.
        state : str
            One of `data.quality.finding.STATES`.
        changed_at : datetime
            UTC.
        author, reason : str
            Neither empty.

        Raises
        ------
        StoreError
            If the finding is not known, the state no state, or author or reason is missing.
        """
        if state not in STATES:
            raise StoreError(f"状态“{state}”应为 {'、'.join(STATES)} 之一。")
        if not author.strip() or not reason.strip():
            raise StoreError("改变状态须写明由谁、为什么。请填写姓名和原因。")
        with self.writing() as connection:
            if connection.execute(sa.select(findings.c.id).where(findings.c.id == finding)).first() is None:
                raise StoreError(f"没有编号为“{finding}”的质量问题。请用 python cli.py quality 查看。")
            connection.execute(
                finding_states.insert().values(
                    id=finding, changed_at=utc(changed_at), state=state, author=author, reason=reason
                )
            )

    def findings(self) -> list[HeldFinding]:
        """Return every finding ever made, the most serious first, then the newest month first.

        Returns
        -------
        list of HeldFinding
        """
        with self.engine.connect() as connection:
            versions = connection.execute(sa.select(findings).order_by(findings.c.number)).all()
            states = connection.execute(sa.select(finding_states).order_by(finding_states.c.number)).all()
        newest = {row.id: row for row in versions}
        first = {row.id: row.checked_at for row in reversed(versions)}
        decided = {row.id: row for row in states}
        held = []
        for name, row in newest.items():
            known = decided.get(name)
            held.append(
                HeldFinding(
                    finding=finding_from_record(json.loads(row.record)),
                    is_found=bool(row.is_found),
                    first_found=first[name],
                    last_changed=row.checked_at,
                    state=known.state if known else "open",
                    state_author=known.author if known else "",
                    state_reason=known.reason if known else "",
                )
            )
        order = list(SEVERITIES)
        held.sort(key=lambda one: (one.finding.area, one.finding.entity_type, one.finding.measure, one.finding.kind))
        held.sort(key=lambda one: one.finding.start, reverse=True)
        return sorted(held, key=lambda one: order.index(one.finding.severity))

    def finding_history(self, finding: str) -> pd.DataFrame:
        """Return every decision on a finding, oldest first.

        Parameters
        ----------
        finding : str
            Id.

        Returns
        -------
        pandas.DataFrame
            Columns changed_at (UTC), state, author, reason.
        """
        columns = ["changed_at", "state", "author", "reason"]
        query = (
            sa.select(*(finding_states.c[name] for name in columns))
            .where(finding_states.c.id == finding)
            .order_by(finding_states.c.number)
        )
        with self.engine.connect() as connection:
            return pd.DataFrame([tuple(row) for row in connection.execute(query)], columns=columns)

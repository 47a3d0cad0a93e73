"""The tables of the store. Only additions are made to them; no row is ever changed.

A change of columns comes with a step in `data.store.schema`, so that older databases still open.
"""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

schema_versions = sa.Table(
    "schema_versions",
    metadata,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("applied_at", sa.DateTime, nullable=False),
)
batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    # UTC, without zone.
    sa.Column("received_at", sa.DateTime, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    # Of the file; empty where there was none.
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("rows_read", sa.Integer, nullable=False),
    sa.Column("rows_new", sa.Integer, nullable=False),
    # intake, correction or undo.
    sa.Column("kind", sa.String(16), nullable=False, server_default="intake"),
    sa.Column("undoes", sa.Integer, nullable=True),
    sa.Column("author", sa.Text, nullable=False, server_default=""),
    sa.Column("source", sa.Text, nullable=False, server_default=""),
    sa.Column("note", sa.Text, nullable=False, server_default=""),
)
observations = sa.Table(
    "observations",
    metadata,
    sa.Column("area", sa.String(9), primary_key=True),
    sa.Column("entity_type", sa.String(16), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("measure", sa.String(16), primary_key=True),
    # The office's local time, without zone.
    sa.Column("vintage", sa.DateTime, primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("precision", sa.Float, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("batch", sa.Integer, sa.ForeignKey("batches.id"), nullable=False),
    # Who speaks, see `data.ledger.ROLES`.
    sa.Column("role", sa.String(16), nullable=False, server_default="stated"),
)
#: As observations, but of several months; every statement is kept, news or not.
period_counts = sa.Table(
    "period_counts",
    metadata,
    sa.Column("area", sa.String(9), primary_key=True),
    sa.Column("entity_type", sa.String(16), primary_key=True),
    sa.Column("start", sa.String(7), primary_key=True),
    sa.Column("end", sa.String(7), primary_key=True),
    sa.Column("measure", sa.String(16), primary_key=True),
    sa.Column("vintage", sa.DateTime, primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("precision", sa.Float, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("batch", sa.Integer, sa.ForeignKey("batches.id"), nullable=False),
    sa.Column("role", sa.String(16), nullable=False, server_default="stated"),
)
#: What a batch said that was known already: not stored as rows, but needed once an earlier batch is undone.
repeats = sa.Table(
    "repeats",
    metadata,
    sa.Column("batch", sa.Integer, sa.ForeignKey("batches.id"), primary_key=True),
    sa.Column("last_vintage", sa.DateTime, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
#: Why a correction was made.
corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("batch", sa.Integer, sa.ForeignKey("batches.id"), primary_key=True),
    # The finding it answers; empty where there is none.
    sa.Column("finding", sa.String(16), primary_key=True, server_default=""),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
#: Versions of what the quality watch found: another row whenever what is said of a finding changes.
findings = sa.Table(
    "findings",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(16), nullable=False, index=True),
    # UTC.
    sa.Column("checked_at", sa.DateTime, nullable=False),
    sa.Column("is_found", sa.Boolean, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
finding_states = sa.Table(
    "finding_states",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("id", sa.String(16), nullable=False, index=True),
    # UTC.
    sa.Column("changed_at", sa.DateTime, nullable=False),
    sa.Column("state", sa.String(16), nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
)
goals = sa.Table(
    "goals",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("saved_at", sa.DateTime, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)
runs = sa.Table(
    "runs",
    metadata,
    sa.Column("id", sa.String(16), primary_key=True),
    sa.Column("created_at", sa.DateTime, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
projections = sa.Table(
    "projections",
    metadata,
    sa.Column("run", sa.String(16), sa.ForeignKey("runs.id"), primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
scenarios = sa.Table(
    "scenarios",
    metadata,
    sa.Column("name", sa.String(200), primary_key=True),
    sa.Column("saved_at", sa.DateTime, primary_key=True),
    sa.Column("record", sa.Text, nullable=False),
)
#: Answers of users to what the layout of a source's files leaves open, see `data.mappings`; the newest holds.
mappings = sa.Table(
    "mappings",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("fingerprint", sa.String(64), nullable=False),
    sa.Column("record", sa.Text, nullable=False),
    sa.Column("author", sa.Text, nullable=False),
    # UTC, without zone.
    sa.Column("saved_at", sa.DateTime, nullable=False),
)
#: What analysts declared, see `data.declared`; the newest version of an event holds.
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("saved_at", sa.DateTime, primary_key=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
#: Proposals of events that analysts refused.
refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("saved_at", sa.DateTime, primary_key=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)

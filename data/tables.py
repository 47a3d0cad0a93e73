"""The tables of the store. Only additions are made to them; no row is ever changed."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

batches = sa.Table(
    "batches",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("received_at", sa.DateTime, nullable=False),
    sa.Column("file_name", sa.Text, nullable=False),
    sa.Column("sha256", sa.String(64), nullable=False),
    sa.Column("rows_read", sa.Integer, nullable=False),
    sa.Column("rows_new", sa.Integer, nullable=False),
)
observations = sa.Table(
    "observations",
    metadata,
    sa.Column("area", sa.String(9), primary_key=True),
    sa.Column("entity_type", sa.String(16), primary_key=True),
    sa.Column("month", sa.String(7), primary_key=True),
    sa.Column("measure", sa.String(16), primary_key=True),
    sa.Column("vintage", sa.DateTime, primary_key=True),
    sa.Column("value", sa.Float, nullable=False),
    sa.Column("precision", sa.Float, nullable=False),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("batch", sa.Integer, sa.ForeignKey("batches.id"), nullable=False),
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
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("saved_at", sa.DateTime, primary_key=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)
refusals = sa.Table(
    "refusals",
    metadata,
    sa.Column("id", sa.String(200), primary_key=True),
    sa.Column("saved_at", sa.DateTime, primary_key=True),
    sa.Column("author", sa.Text, nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("record", sa.Text, nullable=False),
)

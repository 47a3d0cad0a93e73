"""The one place that orders the steps of a job: read -> project -> assess -> store.

Pages and the terminal call what stands here and draw what it returns; each module holds one job.
"""

from __future__ import annotations

from workflow.amending import correct, correction, left_behind, undo
from workflow.announced import preview_published, read_published, take_in_published
from workflow.catalogue import add_goals, all_goals, known_areas
from workflow.database import DATABASE_VARIABLE, load_demo, open_store
from workflow.export import export_table
from workflow.intake import ingest_bytes, ingest_file, preview, preview_file, read_upload, take_in
from workflow.knowledge import all_events, proposals
from workflow.projecting import is_ready, refit, situation
from workflow.quality import conclude, watch_quality
from workflow.registry import read_records, take_in_records
from workflow.reporting import audit_of, deck, dossier_of, outlook_of
from workflow.scenarios import save_scenario, saved_scenarios
from workflow.stamps import LAST_DAY, now, operator
from workflow.standing import Situation, under

__all__ = [
    "DATABASE_VARIABLE",
    "LAST_DAY",
    "Situation",
    "add_goals",
    "all_events",
    "all_goals",
    "audit_of",
    "conclude",
    "correct",
    "correction",
    "deck",
    "dossier_of",
    "export_table",
    "ingest_bytes",
    "ingest_file",
    "is_ready",
    "known_areas",
    "left_behind",
    "load_demo",
    "now",
    "open_store",
    "operator",
    "outlook_of",
    "preview",
    "preview_file",
    "preview_published",
    "proposals",
    "read_published",
    "read_records",
    "read_upload",
    "refit",
    "save_scenario",
    "saved_scenarios",
    "situation",
    "take_in",
    "take_in_published",
    "take_in_records",
    "under",
    "undo",
    "watch_quality",
]

"""Streams as tables: JSON Lines, CSV or NumPy archives, a row for each timestamp. For ``--save`` and calculators."""

from graphflow.rows.json_form import json_line, to_json
from graphflow.rows.row_file import FORMATS, SUFFIXES, RowFile

__all__ = ["FORMATS", "SUFFIXES", "RowFile", "json_line", "to_json"]

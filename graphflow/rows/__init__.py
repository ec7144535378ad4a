"""Streams as tables: JSON Lines and CSV files, a row for each timestamp. For ``--save`` and calculators."""

from graphflow.rows.json_form import json_line, to_json
from graphflow.rows.row_file import FORMATS, RowFile

__all__ = ["FORMATS", "RowFile", "json_line", "to_json"]

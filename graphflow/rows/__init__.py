"""Streams as tables, a row for each timestamp: JSON Lines, CSV, NumPy, Parquet. For ``--save`` and calculators."""

from graphflow.rows.json_form import json_line, to_json
from graphflow.rows.parquet_form import require_pyarrow
from graphflow.rows.portable_rows import NotPortable, PortableRows, portable_rows
from graphflow.rows.row_file import FORMATS, SUFFIXES, RowFile

__all__ = [
    "FORMATS",
    "SUFFIXES",
    "NotPortable",
    "PortableRows",
    "RowFile",
    "json_line",
    "portable_rows",
    "require_pyarrow",
    "to_json",
]

"""The main module of processes that are spawned by a program under ``python -m graphflow.solutions``."""

import os
import runpy

import graphflow.solutions.as_mediapipe  # noqa: F401

globals().update(runpy.run_path(os.environ["GRAPHFLOW_SOLUTIONS_PROGRAM"], run_name=__name__))

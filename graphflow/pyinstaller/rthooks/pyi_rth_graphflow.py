"""A process that `isolated_python` has started is the Python that it asks for, and not the program."""

from graphflow import isolated

isolated.stand_in_for_python()

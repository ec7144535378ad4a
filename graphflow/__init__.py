"""graphflow: dataflow graphs of Python calculators, in YAML, with MediaPipe's timestamp semantics."""

__version__ = "0.1.0"

"""How good face landmarks are: a graph against pictures whose 68 points somebody has marked.

`read_truth` reads the marks, `Predictor` asks a graph, `evaluate` compares, and the report goes to text, JSON, a plot
and contact sheets. The measure is the mean distance between found and marked points over the distance of the eyes.
"""

from graphflow.evaluation.evaluate import evaluate
from graphflow.evaluation.predictor import Mode, Predictor, UnsuitableGraph
from graphflow.evaluation.read_truth import read_truth
from graphflow.evaluation.report import Report
from graphflow.evaluation.truth import MarkedPicture, Truth, TruthError

__all__ = [
    "MarkedPicture",
    "Mode",
    "Predictor",
    "Report",
    "Truth",
    "TruthError",
    "UnsuitableGraph",
    "evaluate",
    "read_truth",
]

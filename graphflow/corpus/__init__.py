"""A graph over a corpus: many inputs, worker processes, a manifest of what is done, and a next run that goes on."""

from graphflow.corpus.corpus_run import CorpusRun, Outcome
from graphflow.corpus.mapping import map_graph
from graphflow.corpus.recipe import GraphRecipe

__all__ = ["CorpusRun", "GraphRecipe", "Outcome", "map_graph"]

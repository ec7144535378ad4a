"""What a graph means: a `GraphConfig` becomes an immutable `GraphPlan`, or a list of everything that is wrong with it.

``checks`` runs it all: ``subgraphs`` (with ``subgraph_files`` and ``options``) opens includes into a ``flat`` graph,
``ports`` and ``node_checks`` look at each node, ``wiring`` at names, ``input_policies`` and ``feedback`` (over
``topology``) at order and cycles, ``inference`` and ``type_checks`` (over ``types`` and ``wires``) at payload types.
"""

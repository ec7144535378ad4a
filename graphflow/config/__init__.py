"""What a graph file says, and where it says it: text to :class:`~graphflow.config.model.GraphConfig`, all located.

One file each: ``source`` (bytes to text), ``tree`` (text to located values, within limits), ``syntax`` (YAML's own
errors in the user's words), ``scalars`` (what ``1e3`` or ``no`` means), ``fields``, ``ports``, ``nodes`` and
``reader`` (values to the model), ``render`` (findings to text and JSON).
"""

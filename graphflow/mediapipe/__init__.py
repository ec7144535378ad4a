"""MediaPipe's own graph files: ``.pbtxt`` and ``.binarypb``.

One file each: ``text_format`` (protobuf's text format to located fields), ``translate`` (a graph of them to the values
that a YAML graph would hold), ``nodes`` (the same for a node), ``ports``, ``options``, ``graph_options`` and
``settings`` (parts of both), ``node_types`` (what the name of a node's type stands for).
"""

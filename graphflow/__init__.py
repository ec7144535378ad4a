"""graphflow: dataflow graphs of Python calculators, in YAML, with MediaPipe's timestamp semantics.

`Graph` reads and checks a graph file, `GraphRun` executes it, `Calculator` is what the nodes are made of::

    graph = Graph.load("graphs/sum.yaml")
    with graph.start() as run:
        run.observe("total", print)
        run.send("number", 3, timestamp=0)
"""

__version__ = "0.1.0"
__distribution__ = "graphflow-engine"

TYPE_CHECKING = False  # what type checkers take for true; importing it takes a while
if TYPE_CHECKING:
    from graphflow.api import *  # noqa: F403
    from graphflow.calculators.types import *  # noqa: F403
    from graphflow.corpus import map_graph as map  # noqa: F401
else:
    # On first use: the command has to hear Ctrl-C before the third of a second that importing everything takes.
    def __getattr__(name):
        from importlib import import_module, util

        if name == "map":  # far above what `api` may know
            return import_module(f"{__name__}.corpus").map_graph
        if util.find_spec(f"{__name__}.{name}"):
            return import_module(f"{__name__}.{name}")
        errors = import_module(f"{__name__}.errors")
        if name in errors.__all__:  # all that the processes need which try a model
            return getattr(errors, name)
        api = import_module(f"{__name__}.api")
        globals().update({public: getattr(api, public) for public in api.__all__})
        if name not in api.__all__:
            types = import_module(f"{__name__}.calculators.types")
            globals().update({public: getattr(types, public) for public in types.__all__})
            globals()["__all__"] = [*api.__all__, *types.__all__, "__version__"]
        if name not in globals():
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return globals()[name]

    def __dir__():
        return sorted({*globals(), *__getattr__("__all__")})

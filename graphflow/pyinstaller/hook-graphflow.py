"""What a frozen program needs of graphflow besides what it imports: what only graph files name, and files."""

from importlib.metadata import entry_points

from PyInstaller.utils.hooks import collect_data_files, collect_dynamic_libs, collect_entry_point, collect_submodules

from graphflow.bundled import bundled_graphs, bundled_models
from graphflow.registry import GROUP

# Plug-ins have calculators, too.
_packages = {"graphflow", *(point.module for point in entry_points(group=GROUP))}

datas, hiddenimports = collect_entry_point(GROUP)
for _package in _packages:
    hiddenimports += collect_submodules(_package, lambda name: not name.startswith("graphflow.testing"))
    datas += collect_data_files(_package)
# A checkout has them beside the package.
datas += [(str(bundled_graphs()), "graphflow/bundled_graphs"), (str(bundled_models()), "graphflow/bundled_models")]

# Calculators are found by the names of their files, and told of by the text in them.
module_collection_mode = dict.fromkeys(_packages, "pyz+py")

# LiteRT opens it by its name when a model asks for the GPU.
binaries = collect_dynamic_libs("ai_edge_litert", search_patterns=["*Accelerator*"])

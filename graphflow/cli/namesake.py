"""Others that are called ``graphflow``: a distribution, which pip puts over this one; a file in the working folder."""

from __future__ import annotations

import os
import sys
from pathlib import Path

OURS = "graphflow-engine"
"""What our own distribution is called."""


def told_of_namesake(site: Path) -> bool:
    """Say on standard error that the distribution ``graphflow`` is installed into `site` too, and what to type.

    It looks at names of files only, because it is done at every start, and imports nothing of the package, because that
    may be the other one's by now.

    Args:
        site: The folder that holds the package ``graphflow``.
    """
    try:
        names = os.listdir(site)
    except OSError:  # inside of an archive
        return False
    # As pip writes them: a hyphen stands before the version only, so that no other name begins in the same way.
    others = [name for name in names if name.lower().startswith("graphflow-") and name.endswith(".dist-info")]
    if not others or sys.stderr is None:
        return bool(others)
    import shlex

    other, pip = others[0].removesuffix(".dist-info"), f"{shlex.quote(sys.executable)} -m pip"
    print(
        f"warning: another distribution, {other}, is installed over this one ({OURS}); type: "
        f"{pip} uninstall -y graphflow && {pip} install --force-reinstall --no-deps FOLDER_OF_THE_CHECKOUT",
        file=sys.stderr,
    )
    return True


def told_of_file() -> str:
    """What to say of a file in the working folder that Python imports in the place of graphflow; empty without one.

    Nothing of graphflow runs in a program that lies beside such a file, so only commands can tell.
    """
    for stem, name in (("graphflow", os.path.join("graphflow", "__init__.py")), ("graphflow.py", "graphflow.py")):
        # A checkout, in which somebody works, is no other package.
        if os.path.isfile(name) and not os.path.isfile(os.path.join("graphflow", "cli", "namesake.py")):
            move = "ren" if sys.platform == "win32" else "mv"
            return f"warning: programs in this folder import '{name}' as graphflow; rename it: {move} {stem} my_{stem}"
    return ""

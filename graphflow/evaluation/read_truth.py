"""Truth from wherever it stands: a folder with .pts files, or dlib's XML."""

from __future__ import annotations

from pathlib import Path

from graphflow.evaluation.dlib_xml import read_dlib_xml
from graphflow.evaluation.pts import read_pts_folder
from graphflow.evaluation.truth import Truth, TruthError


def read_truth(path: Path) -> Truth:
    """Read marks, and see that every picture is there.

    Args:
        path: A folder in which pictures and .pts files of the same names lie, itself or in folders below it; or an
            XML file as dlib's imglab writes it.

    Raises:
        TruthError: Everything that is wrong with it, each with file and line.
    """
    problems: list[str] = []
    truth = read_pts_folder(path, problems) if path.is_dir() else read_dlib_xml(path, problems)
    absent = [picture for picture in truth.pictures if not picture.path.is_file()]
    problems += [f"{picture.place}: there is no picture '{picture.path}'" for picture in absent]
    if problems:
        raise TruthError(problems)
    return truth

"""``graphflow map --status FOLDER --html FILE``: how a corpus is, as one page that needs nothing else."""

from __future__ import annotations

import html
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from graphflow.cli.failure_pictures import FailurePicture, pictures_of
from graphflow.cli.progress import duration, rate
from graphflow.result_file import ResultFile
from graphflow.viz.text import clean, long_text

if TYPE_CHECKING:
    from graphflow.corpus.status import Failure, Status

MOST_PICTURES = 100
"""Failures that are shown with a picture."""
MOST_FAILURES = 10_000
"""Failures that are listed."""

_HEAD = """\
<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>%s</title>
<style>
:root { color: #1f2937; background: #fcfcfd; font: 14px/1.45 Helvetica, Arial, sans-serif; }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1160px; padding: 16px; }
h1 { font-size: 20px; margin: 0 0 12px; overflow-wrap: anywhere; }
h2 { font-size: 16px; margin: 28px 0 8px; }
dl { display: flex; flex-wrap: wrap; gap: 8px; margin: 0; }
dl div { flex: 1 1 110px; padding: 8px 12px; background: #ffffff; border: 1px solid #cbd3de; border-radius: 6px; }
dt, .faint { color: #525c6b; }
dd { margin: 0; font-size: 18px; font-weight: bold; }
meter { width: 100%%; height: 12px; margin-top: 12px; }
table { border-collapse: collapse; width: 100%%; background: #ffffff; }
th, td { padding: 4px 10px; border: 1px solid #cbd3de; text-align: left; overflow-wrap: anywhere; }
th { background: #f3f5f8; }
.number { text-align: right; white-space: nowrap; }
ol { list-style: none; margin: 0; padding: 0; }
li { display: grid; grid-template-columns: 200px 1fr; gap: 14px; padding: 10px 0; border-top: 1px solid #cbd3de;
  content-visibility: auto; contain-intrinsic-size: auto 80px; }
li.plain { grid-template-columns: 1fr; }
li > div { min-width: 0; overflow-wrap: anywhere; }
figure { margin: 0; }
img { display: block; max-width: 100%%; max-height: 200px; border-radius: 4px; }
figcaption { font-size: 12px; color: #525c6b; }
.wrong { color: #b42318; white-space: pre-wrap; margin: 2px 0; }
@media (max-width: 600px) { li { grid-template-columns: 1fr; gap: 6px; } }
</style>
</head>
<body>
"""


def write_report(status: Status, place: str, file: Path) -> None:
    """Write the page.

    Args:
        status: What there is to tell.
        place: The folder, as it was given.
        file: Where to.

    Raises:
        UnusableFile: The file cannot be written.
        MissingResource: Its folder is not there.
    """
    with ResultFile(file) as page:
        pictures = pictures_of(status.failures[:MOST_PICTURES])
        for text in report(status, place, pictures):
            page.write(text.encode("utf-8", "backslashreplace"))


def report(status: Status, place: str, pictures: Mapping[str, FailurePicture]) -> Iterator[str]:
    """The page, in parts.

    Args:
        status: What there is to tell.
        place: The folder, as it was given.
        pictures: Of failures, by the names of inputs.
    """
    title = _text(f"graphflow map: {place}")
    yield _HEAD % title
    yield f"<h1>{title}</h1>\n"
    yield from _counts(status)
    if status.failed:
        yield '<h2>Failures by kind</h2>\n<table><tr><th>kind<th class="number">inputs</tr>\n'
        for kind, count in status.failed.most_common():
            yield f'<tr><td>{_text(kind)}<td class="number">{count:,}</tr>\n'
        yield "</table>\n"
    if status.slowest:
        yield '<h2>Slowest inputs</h2>\n<table><tr><th>input<th class="number">time<th class="number">frames</tr>\n'
        for slow in status.slowest:
            yield f'<tr><td>{_text(slow.name)}<td class="number">{slow.seconds:,.2f} s'
            yield f'<td class="number">{slow.frames:,}</tr>\n'
        yield "</table>\n"
    if status.failures:
        yield from _failures(status.failures, pictures)
    yield "</body>\n</html>\n"


def _counts(status: Status) -> Iterator[str]:
    failed = status.failed.total()
    tiles = [("inputs", f"{status.inputs:,}"), ("done", f"{status.done:,}"), ("failed", f"{failed:,}")]
    tiles += [("left", f"{status.left:,}"), ("frames", f"{status.frames:,}")]
    if status.per_second:
        tiles.append(("rate of the last run", f"{rate(status.per_second)}/s"))
    if status.left and status.seconds_left is not None:
        tiles.append(("time left" if status.running else "time left, if it went on", duration(status.seconds_left)))
    tiles.append(("state", "running" if status.running else "not running"))
    yield "<dl>\n"
    for name, value in tiles:
        yield f"<div><dt>{name}</dt><dd>{value}</dd></div>\n"
    yield "</dl>\n"
    ended, most = status.done + failed, max(1, status.inputs)
    yield f'<meter min="0" max="{most}" value="{min(ended, most)}">{ended:,} of {status.inputs:,}</meter>\n'


def _failures(failures: list[Failure], pictures: Mapping[str, FailurePicture]) -> Iterator[str]:
    notes = []
    if len(failures) > MOST_PICTURES:
        notes.append(f"Pictures are made of the first {MOST_PICTURES:,} only.")
    if len(failures) > MOST_FAILURES:
        notes.append(f"The first {MOST_FAILURES:,} are listed; the others are in the manifest.")
    yield f'<h2>Failures</h2>\n<p class="faint">{" ".join(notes)}</p>\n<ol>\n'
    for number, failure in enumerate(failures[:MOST_FAILURES]):
        picture = pictures.get(failure.name)
        plain = "" if number < MOST_PICTURES else ' class="plain"'
        yield f"<li{plain}>"
        if picture is not None:
            what = "failed at" if picture.exact else "frame at"
            yield f'<figure><img src="data:image/jpeg;base64,{html.escape(picture.jpeg)}" alt="a frame of the input">'
            yield f"<figcaption>{what} {picture.timestamp / 1e6:.3f} s</figcaption></figure>"
        elif not plain:
            yield '<div class="faint">no picture</div>'
        error = failure.error
        yield f'<div><b>{_text(failure.name)}</b><p class="wrong">{_text(error["kind"])}: {_text(error["message"])}</p>'
        where = [f"node {_text(error['node'])}"] if error.get("node") else []
        where += [_text(error["place"])] if error.get("place") else []
        where += [f"{failure.attempts:,} attempts"] if failure.attempts > 1 else []
        where += [_text(failure.path)] if failure.path else []
        yield f'<div class="faint">{"<br>".join(where)}</div></div></li>\n'
    yield "</ol>\n"


def _text(text: object) -> str:
    return html.escape(clean(long_text(str(text))))

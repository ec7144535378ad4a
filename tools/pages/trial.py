"""One page in a browser: everything that a user does with it, and what is wrong then."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tools.pages.chromium import Chromium

_PROBE = Path(__file__).with_name("probe.js")
_READABLE = 9.0
"""Pixels of the smallest letters at actual size."""


class Trial:
    """A page, what was found wrong with it, and what is worth telling."""

    def __init__(self, browser: Chromium, page: Path, pictures: Path | None = None) -> None:
        self.browser = browser
        self.page = page
        self.pictures = pictures
        self.findings: list[str] = []
        self.told = ""

    def run(self) -> None:
        """Open it, and do all of it."""
        self.browser.open(self.page)
        self.browser.evaluate(f"{_PROBE.read_text()}\nwindow.probe = probe; null")
        self.idle()
        self.look("as it opens")
        begins = self.ask("nodes()")
        self.click_nodes()
        self.zoom_and_drag()
        self.fold()
        self.press_button("open-all")
        expanded = self.look("with everything open")
        self.expect(expanded == self.ask("all()"), f"{expanded} boxes are seen, not {self.ask('all()')}")
        self.browser.evaluate("zoom(4 / 3 / place.scale); null")
        letters = self.ask("letters()")
        self.expect(letters >= _READABLE, f"letters of {letters:.1f} pixels at actual size")
        self.find_by_search()
        self.press_button("turn")
        self.look("turned")
        self.press_button("close-all")
        closed = self.look("with everything closed")
        self.expect(closed == begins, f"closed again it has {closed} boxes, not {begins}")
        self.expect(not self.browser.requests, f"it fetches {self.browser.requests}")
        self.expect(not self.browser.messages, f"the browser says {self.browser.messages}")
        self.told = f"{begins} boxes, {expanded} expanded"

    def ask(self, question: str) -> Any:
        """What `probe.js` answers."""
        return self.browser.evaluate(f"probe.{question}")

    def expect(self, right: Any, otherwise: str) -> None:
        """Note what is wrong."""
        if not right:
            self.findings.append(otherwise)

    def idle(self) -> None:
        """Wait until nothing is being laid out."""
        self.ask("idle()")
        status = self.browser.evaluate("$('status').textContent")
        self.expect(status.endswith(" boxes"), f"the status is '{status}'")

    def press_button(self, name: str) -> None:
        """Click one of the buttons, if the page has it, and wait for what it does."""
        place = self.browser.evaluate(f"frameOf($({json.dumps(name)}))")
        if place["width"]:
            self.browser.click(place["x"], place["y"])
        self.idle()

    def look(self, when: str) -> int:
        """Look at the drawing; the number of boxes in it."""
        seen, wanted = self.ask("nodes()"), self.ask("wanted()")
        self.expect(seen == wanted, f"{when}: {seen} boxes, not {wanted}")
        for problem, question in (("letters beside the box", "overflowing()"), ("back edge", "crossings()")):
            found = self.ask(question)
            self.expect(not found, f"{when}: {problem}: {', '.join(found)}")
        if self.pictures:
            self.browser.picture(self.pictures / f"{self.page.stem} {when}.png")
        return int(seen)

    def click_nodes(self) -> None:
        """Click every node that is seen now; its title stands in the details."""
        boxes = self.browser.evaluate("data.boxes.map((box, number) => [number, box.title, isVisible(box)])")
        for number, title, visible in boxes:
            if not visible:
                continue
            self.browser.evaluate(f"centre(elementOf('box', {number}))")
            place = self.ask(f"frame('box', {number})")
            self.browser.click(place["left"] + 9, place["y"])  # beside the links
            shown = self.browser.evaluate("$('details').textContent")
            self.expect(title in shown, f"a click on '{title}' shows '{shown[:60]}'")
            file_and_line = self.browser.evaluate(
                f"(({{ about }}) => about.name ? `${{about.file}}, line ${{about.line}}` : '')(data.boxes[{number}])"
            )
            self.expect(file_and_line in shown, f"the details of '{title}' do not say where it stands")
        if self.pictures:
            self.browser.picture(self.pictures / f"{self.page.stem} with a node clicked.png")

    def zoom_and_drag(self) -> None:
        """The wheel leaves what is under the mouse there; dragging takes it along."""
        self.browser.evaluate("fit(); null")
        number = self.browser.evaluate("data.boxes.findIndex(isVisible)")
        before = self.ask(f"frame('box', {number})")
        self.browser.wheel(before["left"], before["top"], -240)
        self.browser.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
        after = self.ask(f"frame('box', {number})")
        self.expect(after["width"] > 1.2 * before["width"], "the wheel does not zoom")
        moved = max(abs(after["left"] - before["left"]), abs(after["top"] - before["top"]))
        self.expect(moved < 1.5, f"the wheel moves what is under the mouse by {moved:.1f} pixels")
        self.browser.drag(after["left"], after["top"], after["left"] + 50, after["top"] + 30)
        dragged = self.ask(f"frame('box', {number})")
        right = abs(dragged["left"] - after["left"] - 50) < 1.5 and abs(dragged["top"] - after["top"] - 30) < 1.5
        self.expect(right, "dragging does not move the drawing with the mouse")
        self.browser.evaluate("fit(); null")

    def fold(self) -> None:
        """Open the first subgraph by its sign, and close it again."""
        closed = self.ask("folds('+')")
        if not closed:
            return
        self.browser.evaluate(
            f"zoom(4 / 3 / place.scale); centre(elementOf('box', outside[{closed[0]['group']}])); null"
        )
        sign = self.ask("folds('+')")[0]
        group, before = sign["group"], self.ask("nodes()")
        corner = self.ask(f"frame('box', outside[{sign['group']}])")
        self.browser.click(sign["x"], sign["y"])
        self.idle()
        self.look("with a subgraph open")
        if not self.browser.evaluate(f"elementOf('group', {group}) !== undefined"):
            self.findings.append("a click on [+] opens nothing")
            return
        frame = self.ask(f"frame('group', {group})")
        moved = max(abs(frame["left"] - corner["left"]), abs(frame["top"] - corner["top"]))
        self.expect(moved < 2, f"what was opened moves by {moved:.1f} pixels")
        sign = next(one for one in self.ask("folds('-')") if one["group"] == group)
        self.browser.click(sign["x"], sign["y"])
        self.idle()
        self.expect(self.ask("nodes()") == before, "a click on [-] does not close it again")

    def find_by_search(self) -> None:
        """With everything closed, search the innermost node: it is opened, selected and in the middle."""
        self.press_button("close-all")
        number = self.browser.evaluate(
            "data.boxes.map((box, number) => [around(box.group).length, number]).reduce((one, other) =>"
            " other[0] > one[0] ? other : one)[1]"
        )
        title = self.browser.evaluate(f"data.boxes[{number}].about.name ?? data.boxes[{number}].title")
        self.browser.evaluate("view.focus(); null")
        self.browser.press("/")
        self.browser.type(title)
        found = self.browser.evaluate("$('found').querySelectorAll('button').length")
        self.expect(found >= 1, f"search does not find '{title}'")
        self.browser.press("Enter")
        self.idle()
        place, middle = self.ask(f"frame('box', {number})"), self.browser.evaluate("frameOf($('view'))")
        self.expect(
            abs(place["x"] - middle["x"]) < 2 and abs(place["y"] - middle["y"]) < 2, "what was found is elsewhere"
        )
        shown = self.browser.evaluate("$('details').textContent")
        self.expect(title in shown, f"search for '{title}' selects '{shown[:40]}'")
        self.look("with something found")
        self.browser.evaluate("$('search').value = ''; search(); null")

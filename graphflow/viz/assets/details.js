"use strict";
// What is selected, and what there is to know of it.

function make(tag, text = "", className = "") {
  const element = document.createElement(tag);
  element.textContent = text;
  element.className = className;
  return element;
}

// Text that was wrapped for a file; what is indented or set off stays so.
const flowing = (text) => text.replace(/(\S) *\n(?=\S)/g, "$1 ");

function mark() {
  for (const element of view.querySelectorAll(".selected, .near")) element.classList.remove("selected", "near");
  if (!selected) return;
  const near = (arrow) => view.querySelectorAll(`g.arrow${arrow}`).forEach((element) => element.classList.add("near"));
  if ("arrow" in selected) near(selected.arrow);
  else if ("box" in selected) {
    elementOf("box", selected.box)?.classList.add("selected");
    data.arrows.forEach((arrow, number) => [arrow.from, arrow.to].includes(selected.box) && near(number));
  }
}

function select(what) {
  selected = what;
  mark();
  const details = $("details");
  details.replaceChildren();
  if (!what) return describeGraph(details);
  if ("arrow" in what) return describeArrow(details, data.arrows[what.arrow]);
  const number = "box" in what ? what.box : outside[what.group];
  if (number >= 0) describeBox(details, data.boxes[number]);
}

function toBox(number, text = data.boxes[number].title) {
  const button = make("button", text, "link");
  button.addEventListener("click", () => reveal(number));
  return button;
}

function list(into, title, entries) {
  if (!entries.length) return;
  into.append(make("h3", title));
  const rows = into.appendChild(make("ul"));
  for (const entry of entries) rows.appendChild(make("li")).append(...entry);
}

function describeGraph(into) {
  into.append(make("h2", data.title));
  if (data.help) into.append(make("p", flowing(data.help)));
  const problems = data.boxes.flatMap((box, number) => box.problems.map((problem) => [toBox(number), ` ${problem}`]));
  list(into, "What is wrong", [...data.problems.map((problem) => [make("span", problem, "wrong")]), ...problems]);
  into.append(make("p", "Click a node for its options, ports and lines; [+] and [-] open and close subgraphs.", "faint"));
}

function describeArrow(into, arrow) {
  into.append(make("h2", arrow.name), make("p", [arrow.kind, arrow.type].filter(Boolean).join(", "), "faint"));
  list(into, "From", [[toBox(arrow.from)]]);
  list(into, "To", [[toBox(arrow.to)]]);
}

function describeBox(into, box) {
  const about = box.about;
  into.append(make("h2", box.title));
  into.append(make("p", [box.kind, box.subtitle].filter(Boolean).join(": "), "faint"));
  if (about.name && about.name !== box.title) into.append(make("p", about.name, "faint"));
  for (const problem of box.problems) into.append(make("p", problem, "wrong"));
  if (box.opens >= 0) {
    const button = into.appendChild(make("button", opened[box.opens] ? "Close it" : "Open it"));
    button.addEventListener("click", () => toggle(box.opens));
  }
  if (about.help || box.help) into.append(make("p", flowing(about.help || box.help)));
  if (!about.name) return;
  for (const [key, value] of Object.entries(about.more)) into.append(make("p", `${key}: ${value}`));
  terms(into, "Options", about.options, (option) => [
    `${option.name}${option.value === "" ? "" : `: ${option.value}`}`, option.set ? "" : " (default)", option.doc]);
  for (const kind of ["input", "output", "side packet", "output side packet"]) {
    const ports = about.ports.filter((port) => port.kind === kind);
    terms(into, kind[0].toUpperCase() + kind.slice(1) + "s", ports, (port) => [
      port.name === port.stream ? port.name : `${port.name}: ${port.stream}`, port.type && ` ${port.type}`, port.doc]);
  }
  into.append(make("h3", `${about.file}, line ${about.line}`), make("pre", about.text));
  if (about.source) into.append(make("p", `Source: ${about.source}`, "faint"));
}

function terms(into, title, entries, words) {
  if (!entries.length) return;
  into.append(make("h3", title));
  const rows = into.appendChild(make("dl"));
  for (const entry of entries) {
    const [term, faint, text] = words(entry);
    const head = rows.appendChild(make("dt", term));
    if (faint) head.append(make("span", faint, "faint"));
    if (text) rows.append(make("dd", text));
  }
}

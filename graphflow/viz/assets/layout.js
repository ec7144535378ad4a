"use strict";
// What is open, its DOT, and the worker that lays it out: the page stays alive meanwhile, and a layout that nobody waits
// for any more is ended.

const data = JSON.parse(document.getElementById("data").textContent);
const $ = (id) => document.getElementById(id);
const view = $("view");
const opened = data.groups.map((group) => group.open);
const outside = data.groups.map((_, number) => data.boxes.findIndex((box) => box.opens === number));
let direction = data.direction;
let selected = null; // such as {box: 3}, {group: 1}, {arrow: 7}

function around(group) {
  const found = [];
  for (; group >= 0; group = data.groups[group].parent) found.push(group);
  return found;
}

function isVisible(box) {
  return around(box.group).every((group) => opened[group]) && !(box.opens >= 0 && opened[box.opens]);
}

function composeDot() {
  const { defaults, boxes, frames, arrows } = data.dot[direction];
  const seen = data.boxes.map(isVisible);
  const named = new Set();
  const inGroup = new Map();
  data.arrows.forEach((arrow, number) => {
    if (!seen[arrow.from] || !seen[arrow.to]) return;
    const statement = arrows[number][named.has(arrow.key) ? 1 : 0];
    named.add(arrow.key);
    inGroup.set(arrow.group, [...(inGroup.get(arrow.group) ?? []), statement]);
  });
  const lines = ["digraph {", ...defaults];
  const place = (group) => {
    data.boxes.forEach((box, number) => seen[number] && box.group === group && lines.push(boxes[number]));
    data.groups.forEach((inner, number) => {
      if (inner.parent !== group || !opened[number]) return;
      lines.push(`subgraph cluster_${number} {`, frames[number]);
      place(number);
      lines.push("}");
    });
    lines.push(...(inGroup.get(group) ?? []));
  };
  place(-1);
  for (const [rank, members] of Object.entries(data.ranks)) {
    const names = members.filter((number) => seen[number]).map((number) => `n${number}`);
    if (names.length) lines.push(`{ rank=${rank}; ${names.join("; ")} }`);
  }
  return [...lines, "}"].join("\n");
}

// Chromium starts no module as a worker of a page that is a file, so the module becomes a script.
const library = $("graphviz").textContent.replace(/export\{[^{}]*?([\w$]+) as Graphviz\b[^{}]*\};/, "self.Graphviz = $1;");
const program = `${library.replace(/\/\/# sourceMappingURL.*/, "")}
const loaded = self.Graphviz.load();
onmessage = async (event) => {
  try { postMessage({ svg: (await loaded).layout(event.data, "svg", "dot") }); }
  catch (error) { postMessage({ error: String(error && error.message || error) }); }
};`;
const address = URL.createObjectURL(new Blob([program], { type: "text/javascript" }));
let worker = null;
let working = false;

function layOut(then) {
  if (working || worker === null) {
    worker?.terminate();
    worker = new Worker(address);
  }
  working = true;
  view.setAttribute("aria-busy", "true");
  $("status").textContent = "Laying out\u2026";
  const done = (problem) => {
    working = false;
    view.setAttribute("aria-busy", "false");
    const count = data.boxes.filter(isVisible).length;
    $("status").textContent = problem ? `This cannot be laid out: ${problem}` : `${count} boxes`;
  };
  worker.onerror = (event) => done(event.message || "the browser does not start a worker");
  worker.onmessage = ({ data: answer }) => {
    if (answer.svg) {
      show(answer.svg);
      then();
    }
    done(answer.error);
  };
  worker.postMessage(composeDot());
}

function show(text) {
  const svg = document.importNode(new DOMParser().parseFromString(text, "image/svg+xml").documentElement, true);
  const size = svg.viewBox.baseVal;
  place.width = size.width;
  place.height = size.height;
  svg.removeAttribute("width");
  svg.removeAttribute("height");
  svg.setAttribute("preserveAspectRatio", "xMinYMin");
  for (const node of svg.querySelectorAll("g.node")) {
    node.setAttribute("tabindex", "0");
    node.setAttribute("role", "button");
  }
  view.replaceChildren(svg);
  move();
  mark();
}

const elementOf = (kind, number) =>
  [...view.querySelectorAll(`g.${kind === "box" ? "node" : "cluster"}`)].find(
    (element) => element.querySelector("title").textContent === (kind === "box" ? `n${number}` : `cluster_${number}`),
  );

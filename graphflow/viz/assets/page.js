"use strict";
// What the mouse, the keys and the buttons do: fold, search, zoom, select.

function toggle(group) {
  const before = (elementOf("group", group) ?? elementOf("box", outside[group]))?.getBoundingClientRect();
  opened[group] = !opened[group];
  select(opened[group] ? { group } : { box: outside[group] });
  layOut(() => {
    // What was clicked stays where it is.
    const after = (elementOf("group", group) ?? elementOf("box", outside[group]))?.getBoundingClientRect();
    if (!before || !after) return;
    place.x += (after.left - before.left) / place.scale;
    place.y += (after.top - before.top) / place.scale;
    move();
  });
}

function setAll(value) {
  opened.forEach((_, group) => (opened[group] = value || outside[group] < 0));
  select(null);
  layOut(() => fit(1));
}

function reveal(number) {
  const box = data.boxes[number];
  for (const group of around(box.group)) opened[group] = true;
  const target = box.opens >= 0 && opened[box.opens] ? { group: box.opens } : { box: number };
  select(target);
  layOut(() => {
    if (place.scale < 0.9) zoom(ACTUAL / place.scale);
    const element = "box" in target ? elementOf("box", number) : elementOf("group", box.opens);
    if (element) centre(element);
  });
}

function matches(query) {
  return data.boxes.map((box, number) => number).filter((number) => {
    const { title, subtitle, about } = data.boxes[number];
    const ports = (about.ports ?? []).flatMap((port) => [port.name, port.stream, port.type]);
    return [title, subtitle, about.name ?? "", ...ports].some((word) => word.toLowerCase().includes(query));
  });
}

function search() {
  const query = $("search").value.trim().toLowerCase();
  const found = query ? matches(query) : [];
  $("found").replaceChildren();
  if (!query) return;
  list($("found"), `Found: ${found.length}`, found.slice(0, 50).map((number) => {
    const { about, title, subtitle } = data.boxes[number];
    return [toBox(number, about.name ?? title), make("span", ` ${subtitle}`, "faint")];
  }));
}

view.addEventListener("wheel", (event) => {
  event.preventDefault();
  const frame = view.getBoundingClientRect();
  const lines = event.deltaMode === 1 ? 16 : 1;
  zoom(Math.exp(-event.deltaY * lines * (event.ctrlKey ? 0.01 : 0.0016)), event.clientX - frame.left, event.clientY - frame.top);
}, { passive: false });

let grip = null;
view.addEventListener("pointerdown", (event) => {
  if (event.button === 0) grip = { x: event.clientX, y: event.clientY, moved: false };
});
view.addEventListener("pointermove", (event) => {
  if (!grip || !(event.buttons & 1)) return;
  const [x, y] = [event.clientX - grip.x, event.clientY - grip.y];
  if (!grip.moved && Math.hypot(x, y) < 4) return;
  if (!grip.moved) view.setPointerCapture(event.pointerId);
  view.classList.add("dragging");
  place.x -= x / place.scale;
  place.y -= y / place.scale;
  grip = { x: event.clientX, y: event.clientY, moved: true };
  move();
});
view.addEventListener("pointerup", () => view.classList.remove("dragging"));
view.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const href = link?.getAttribute("xlink:href") ?? "";
  if (link) event.preventDefault();
  if (grip?.moved) return;
  if (href.startsWith("#fold-")) return toggle(Number(href.slice(6)));
  select(meantBy(event.target));
});
view.addEventListener("dblclick", (event) => {
  const what = meantBy(event.target);
  const group = what && ("group" in what ? what.group : "box" in what ? data.boxes[what.box].opens : -1);
  if (what && group >= 0 && outside[group] >= 0) toggle(group);
});

function meantBy(target) {
  const element = target.closest("g.node, g.edge, g.cluster");
  if (!element) return null;
  if (element.classList.contains("edge")) {
    const name = [...element.classList].find((one) => /^arrow\d+$/.test(one));
    return name ? { arrow: Number(name.slice(5)) } : null;
  }
  const number = Number(element.querySelector("title").textContent.replace(/\D/g, ""));
  return element.classList.contains("node") ? { box: number } : { group: number };
}

document.addEventListener("keydown", (event) => {
  if (event.target === $("search")) {
    if (event.key === "Enter") $("found").querySelector("button")?.click();
    if (event.key === "Escape") view.focus();
    return;
  }
  const does = { "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), 0: () => fit(), "/": () => $("search").focus(),
    Escape: () => select(null) }[event.key];
  const node = event.target.closest?.("g.node");
  if (does && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    does();
  } else if (event.key === "Enter" && node) select(meantBy(node));
});

$("open-all").addEventListener("click", () => setAll(true));
$("close-all").addEventListener("click", () => setAll(false));
$("turn").addEventListener("click", () => {
  direction = direction === "TB" ? "LR" : "TB";
  layOut(() => fit(1));
});
$("in").addEventListener("click", () => zoom(1.25));
$("out").addEventListener("click", () => zoom(0.8));
$("fit").addEventListener("click", () => fit());
$("search").addEventListener("input", search);
addEventListener("resize", move);

for (const { what, line, fill, style } of data.legend) {
  const entry = $("legend").appendChild(make("span"));
  const sample = entry.appendChild(make("i"));
  sample.style.cssText = style ? `border-top: 2px ${style} ${line}; height: 2px; border-radius: 0; vertical-align: middle`
    : `border: 1px solid ${line}; background: ${fill}`;
  entry.append(what);
}
if (!data.groups.length) for (const id of ["open-all", "close-all"]) $(id).hidden = true;
select(null);
layOut(() => fit(1));

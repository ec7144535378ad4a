"use strict";
// What `tools/drive_page` asks of a page, besides what the page says itself.

const frameOf = (element) => {
  const { left, top, right, bottom, width, height } = element.getBoundingClientRect();
  return { left, top, right, bottom, width, height, x: left + width / 2, y: top + height / 2 };
};
const nameOf = (element) => element.querySelector("title").textContent;
const allNodes = () => [...document.querySelectorAll("#view g.node")];

const probe = {
  idle: () => new Promise((done) => {
    const look = () => ($("view").getAttribute("aria-busy") === "false" ? done() : requestAnimationFrame(look));
    look();
  }),
  nodes: () => allNodes().length,
  wanted: () => data.boxes.filter(isVisible).length,
  all: () => data.boxes.filter((box) => box.opens < 0).length,
  frame: (kind, number) => frameOf(elementOf(kind, number)),
  folds: (sign) => [...document.querySelectorAll("#view a")]
    .map((link) => [link, link.getAttribute("xlink:href") ?? ""])
    .filter(([link, href]) => href.startsWith("#fold-") && link.textContent.trim().startsWith(`[${sign}]`))
    .map(([link, href]) => ({ group: Number(href.slice(6)), ...frameOf(link) })),
  // Letters beside the box that they belong to.
  overflowing: () => allNodes().filter((node) => {
    const box = node.querySelector("path, polygon").getBBox();
    return [...node.querySelectorAll("text")].some((text) => {
      const letters = text.getBBox();
      return letters.x < box.x - 0.5 || letters.x + letters.width > box.x + box.width + 0.5;
    });
  }).map(nameOf),
  // The smallest letters, in pixels of the window.
  letters: () => Math.min(...[...document.querySelectorAll("#view text")]
    .map((text) => parseFloat(text.getAttribute("font-size")) * place.scale)),
  // Back edges through nodes other than those that they join, or through arrow heads of others.
  crossings: () => {
    const solid = allNodes().map((node) => [nameOf(node), node.getBBox()]);
    const edges = [...document.querySelectorAll("#view g.edge")];
    const own = (edge) => data.arrows[Number([...edge.classList].find((one) => /^arrow\d+$/.test(one)).slice(5))];
    const heads = edges.flatMap((edge) => [...edge.querySelectorAll("polygon")].map((head) => [own(edge), head.getBBox()]));
    const inside = (point, box) => point.x > box.x + 1 && point.x < box.x + box.width - 1 && point.y > box.y + 1
      && point.y < box.y + box.height - 1;
    const found = new Set();
    for (const edge of edges) {
      const arrow = own(edge);
      if (arrow.kind !== "back edge") continue;
      for (const path of edge.querySelectorAll("path")) {
        const length = path.getTotalLength();
        for (let at = 0; at <= length; at += 2) {
          const point = path.getPointAtLength(at);
          for (const [name, box] of solid) {
            if (![`n${arrow.from}`, `n${arrow.to}`].includes(name) && inside(point, box)) found.add(`${arrow.name} runs through ${name}`);
          }
          for (const [other, box] of heads) {
            if (other.key !== arrow.key && inside(point, box)) found.add(`${arrow.name} runs through the head of ${other.name}`);
          }
        }
      }
    }
    return [...found];
  },
};

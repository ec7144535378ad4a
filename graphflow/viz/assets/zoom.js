"use strict";
// Which part of the drawing is seen, and how large.

const place = { x: 0, y: 0, scale: 1, width: 1, height: 1 }; // the drawing's corner in points, and pixels for a point
const ACTUAL = 4 / 3;

function move() {
  const svg = view.firstElementChild;
  const { x, y, scale } = place;
  svg?.setAttribute("viewBox", `${x} ${y} ${view.clientWidth / scale} ${view.clientHeight / scale}`);
}

function fit(least = 0) {
  const whole = Math.min(view.clientWidth / place.width, view.clientHeight / place.height, ACTUAL);
  place.scale = Math.max(whole, least);
  place.x = (place.width - view.clientWidth / place.scale) / 2;
  place.y = Math.min((place.height - view.clientHeight / place.scale) / 2, 0);
  move();
  if (whole >= least) return;
  // Of a large drawing, begin where it begins.
  const nodes = [...view.querySelectorAll("g.node")].map((node) => [node, node.getBoundingClientRect()]);
  const before = direction === "TB" ? ([, one], [, other]) => one.top - other.top : ([, one], [, other]) => one.left - other.left;
  const first = nodes.sort(before)[0];
  if (first) centre(first[0]);
  const within = (at, whole, seen) => (whole <= seen ? (whole - seen) / 2 : Math.min(Math.max(at, 0), whole - seen));
  place.x = within(place.x, place.width, view.clientWidth / place.scale);
  place.y = within(place.y, place.height, view.clientHeight / place.scale);
  move();
}

function zoom(factor, x = view.clientWidth / 2, y = view.clientHeight / 2) {
  const scale = Math.min(Math.max(place.scale * factor, 0.02), 12);
  place.x += x / place.scale - x / scale;
  place.y += y / place.scale - y / scale;
  place.scale = scale;
  move();
}

function centre(element) {
  const [box, frame] = [element.getBoundingClientRect(), view.getBoundingClientRect()];
  place.x += (box.left + box.width / 2 - frame.left - frame.width / 2) / place.scale;
  place.y += (box.top + box.height / 2 - frame.top - frame.height / 2) / place.scale;
  move();
}

// Elements of the page. Every text goes in as textContent, so nothing a user wrote is read as HTML.
const data = JSON.parse(document.getElementById('data').textContent);

function make(tag, className, ...children) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  for (const child of children) element.append(child);
  return element;
}

function makeSvg(tag, attributes, ...children) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...children);
  return element;
}

function makeTable(head, rows) {
  const cells = (tag, row) => make('tr', '', ...row.map((cell) => make(tag, typeof cell === 'number' ? 'number' : '', shown(cell))));
  return make('table', '', make('thead', '', cells('th', head)), make('tbody', '', ...rows.map((row) => cells('td', row))));
}

// 1234 -> 1.234, as Indonesian papers write it.
function shown(value) {
  return typeof value === 'number' ? String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, '.') : value;
}

// A small picture for the legend: a line or a circle in the look of the map.
function lineKey(style) {
  const line = makeSvg('line', {
    x1: 1, y1: 7, x2: 25, y2: 7, stroke: style.color, 'stroke-width': Math.max(style.weight, 1), 'stroke-dasharray': style.dashArray || 'none',
  });
  return makeSvg('svg', { width: 26, height: 14, class: 'key' }, line);
}

function circleKey(radius, colour) {
  const circle = makeSvg('circle', { cx: 13, cy: 8, r: radius, fill: colour, stroke: '#333', 'stroke-width': 0.8 });
  return makeSvg('svg', { width: 26, height: 16, class: 'key' }, circle);
}

// Warehouse: a house; harbour: a wave under a mast; vehicle base: a flag.
const SITE_SHAPES = {
  gudang: 'M3 10 L10 4 L17 10 L17 17 L3 17 Z M8 17 L8 12 L12 12 L12 17',
  pelabuhan: 'M10 3 L10 12 M6 6 L14 6 M3 11 C4 17 16 17 17 11',
  pangkalan: 'M6 17 L6 3 L15 6.5 L6 10',
};

function siteKey(kind) {
  const shape = makeSvg('path', { d: SITE_SHAPES[kind], fill: kind === 'pelabuhan' ? 'none' : '#fff', stroke: '#fff', 'stroke-width': 2, 'fill-rule': 'evenodd' });
  const box = makeSvg('rect', { x: 0.5, y: 0.5, width: 19, height: 19, rx: 3, fill: '#1b1b1b', stroke: '#fff' });
  return makeSvg('svg', { width: 20, height: 20, class: 'key' }, box, shape);
}

// A network map: areas under the roads, lines and circles above them, and a panel whose layers double as the legend.
const panel = document.getElementById('panel');
const WIDER_ZOOM = 11;

function drawArea(item) {
  return L.polygon(item.rings, { renderer: below, interactive: false, color: item.line || '#7d8a91', weight: 0.6, fillColor: item.colour, fillOpacity: item.opacity || 0.55, fillRule: 'evenodd' });
}

function drawLine(item) {
  const line = L.polyline(pairLines(item.pairs), { renderer: item.text ? above : below, interactive: Boolean(item.text), color: item.colour, weight: item.weight, dashArray: item.dash || null });
  line.baseWeight = item.weight;
  return line;
}

function drawCircle(item) {
  return L.circleMarker(item.at, { renderer: above, radius: item.radius, color: '#333', weight: 0.8, fillColor: item.colour, fillOpacity: 0.9 });
}

const DRAW = { areas: drawArea, lines: drawLine, circles: drawCircle };
const drawn = [];
for (const layer of data.layers) {
  layer.group = L.layerGroup(
    layer.items.map((item) => {
      const shape = DRAW[layer.kind](item);
      if (item.text) {
        shape.bindTooltip(() => make('div', '', make('b', '', item.name || ''), item.name ? ' ' : '', item.text), { sticky: true });
        if (item.rows) shape.bindPopup(() => make('div', 'popup', make('h3', '', item.name || ''), makeTable(['', ''], item.rows)));
      }
      drawn.push(shape);
      return shape;
    }),
  );
  if (layer.shown) layer.group.addTo(map);
}

// Areas answer the mouse by where it is: the canvas below must not catch it before the roads do.
const tip = L.tooltip({ sticky: true });
const areaItems = data.layers.filter((layer) => layer.kind === 'areas').flatMap((layer) => layer.items.map((item) => ({ ...item, layer })));
function inRings(point, rings) {
  let inside = false;
  for (const ring of rings) {
    for (let i = 0, j = ring.length - 1; i < ring.length; j = i, i += 1) {
      const [a, b] = [ring[i], ring[j]];
      if ((a[0] > point.lat) !== (b[0] > point.lat) && point.lng < a[1] + ((b[1] - a[1]) * (point.lat - a[0])) / (b[0] - a[0])) inside = !inside;
    }
  }
  return inside;
}
map.on('mousemove', (event) => {
  const hit = areaItems.find((item) => item.text && map.hasLayer(item.layer.group) && item.rings.some((polygon) => inRings(event.latlng, polygon)));
  if (!hit) { tip.remove(); return; }
  tip.setLatLng(event.latlng).setContent(make('div', '', make('b', '', hit.name || ''), ' ', hit.text)).addTo(map);
});

function keyOf(kind, key) {
  if (kind === 'lines') return lineKey({ color: key.colour, weight: key.weight || 2, dashArray: key.dash });
  if (kind === 'circles') return circleKey(key.radius || 5, key.colour);
  const box = makeSvg('rect', { x: 3, y: 2, width: 20, height: 11, fill: key.colour, stroke: '#7d8a91', 'stroke-width': 0.8, 'fill-opacity': 0.7 });
  return makeSvg('svg', { width: 26, height: 15, class: 'key' }, box);
}

function layerBox(layer) {
  const box = make('input', '');
  box.type = 'checkbox';
  box.checked = layer.shown;
  box.addEventListener('change', () => { if (box.checked) layer.group.addTo(map); else layer.group.remove(); });
  const single = layer.legend.length === 1;
  const label = make('label', 'toggle', box, ...(single ? [keyOf(layer.kind, layer.legend[0])] : []), make('span', '', layer.name));
  if (single) return [label];
  return [label, make('div', 'indent grid', ...layer.legend.flatMap((key) => [keyOf(layer.kind, key), make('span', '', key.label)]))];
}

panel.append(make('h1', '', data.title), make('p', 'subtitle', data.subtitle));
panel.append(make('dl', 'facts', ...data.facts.map(([name, value, rest]) => make('div', '', make('dt', '', name), make('dd', '', make('b', '', value), ` ${rest}`)))));
panel.append(make('section', '', make('h2', '', 'Lapisan dan legenda'), ...data.layers.flatMap(layerBox)));
for (const table of data.tables) panel.append(make('section', '', make('h2', '', table.title), makeTable(table.head, table.rows)));
if (data.notes.length) panel.append(make('section', '', make('h2', '', 'Catatan'), make('ul', '', ...data.notes.map((note) => make('li', '', note)))));

if (!data.coast.length) document.getElementById('map').style.background = '#f7f4ee'; // no coast known: no sea either
map.fitBounds(L.latLngBounds(data.bounds), { padding: [20, 20], maxZoom: 16 });
// Lines grow with the zoom, so that a province is no tangle and a town no hair.
function widen() {
  const factor = Math.min(2, Math.max(0.75, 1.18 ** (map.getZoom() - WIDER_ZOOM)));
  for (const shape of drawn) if (shape.baseWeight) shape.setStyle({ weight: shape.baseWeight * factor });
}
widen();
placeNames();
map.on('zoomend', widen);
map.on('moveend zoomend', placeNames);

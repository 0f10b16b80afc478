// The map and the layers under the plan: coast, roads, crossings, closures; then sites and poskos.
const SEA = '#dce8ee';
const ROAD_STYLES = {
  trunk: { color: '#6f7680', weight: 2.2 },
  national: { color: '#848b94', weight: 1.8 },
  provincial: { color: '#989ea5', weight: 1.4 },
  secondary: { color: '#a9aeb3', weight: 1.1 },
  local: { color: '#c6c3b8', weight: 0.7 },
  trail: { color: '#a08a63', weight: 1.2, dashArray: '2 4' },
};
const CROSSING_STYLE = { color: '#4a6d88', weight: 1.6, dashArray: '6 5' };
const CLOSED_STYLE = { color: '#e3001b', weight: 4 };
const SLOW_STYLE = { color: '#e3001b', weight: 3, dashArray: '3 5' };
const ZOOM_OF_SIZES = 10;
const LARGEST_RADIUS = 13;

const map = L.map('map', { preferCanvas: true, zoomSnap: 0.25, zoomControl: false, attributionControl: false, minZoom: 7, maxZoom: 16 });
L.control.zoom({ position: 'topleft', zoomInTitle: 'Perbesar', zoomOutTitle: 'Perkecil' }).addTo(map);
L.control.scale({ imperial: false, position: 'topleft' }).addTo(map);
L.control.attribution({ prefix: false, position: 'bottomright' }).addAttribution('Leaflet').addTo(map);
for (const text of data.attribution) map.attributionControl.addAttribution(make('i', '', text).innerHTML);

// Two canvases: one that only shows, one that answers the mouse.
map.createPane('below').style.zIndex = 350;
const below = L.canvas({ pane: 'below', padding: 0.3 });
const above = L.canvas({ padding: 0.3, tolerance: 4 });

const at = (index) => data.points[index];
function pairLines(pairs) {
  const lines = [];
  for (let i = 0; i < pairs.length; i += 2) lines.push([at(pairs[i]), at(pairs[i + 1])]);
  return lines;
}

L.polygon(data.coast, { renderer: below, interactive: false, color: '#9db0b8', weight: 1, fillColor: '#f8f5ee', fillOpacity: 1 }).addTo(map);

const roadLayer = L.layerGroup(
  [...data.roads].reverse().map((road) => L.polyline(pairLines(road.pairs), { renderer: below, interactive: false, ...(ROAD_STYLES[road.id] || ROAD_STYLES.local) })),
).addTo(map);

const crossingLayer = L.layerGroup(
  data.crossings.map((line) => L.polyline(pairLines(line.pairs), { renderer: above, ...CROSSING_STYLE }).bindTooltip(() => make('div', '', make('b', '', line.name), ` ${line.text}`), { sticky: true })),
).addTo(map);

// Closures: red line, and a crossed disc in the middle where the road is shut.
const closureLayer = L.layerGroup();
for (const closure of data.closures) {
  const text = () => make('div', '', make('b', '', closure.name || 'Jalan'), `: ${closure.text}`);
  const lines = pairLines(closure.pairs);
  closureLayer.addLayer(L.polyline(lines, { renderer: above, ...(closure.closed ? CLOSED_STYLE : SLOW_STYLE) }).bindTooltip(text, { sticky: true }));
  if (closure.closed && lines.length) {
    const [from, to] = lines[Math.floor(lines.length / 2)];
    const icon = L.divIcon({ className: 'closed', html: make('span', '', '\u00d7'), iconSize: [16, 16] });
    closureLayer.addLayer(L.marker([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2], { icon, keyboard: false }).bindTooltip(text));
  }
}

// Sites at one point stand side by side.
const SITE_STEP = 22;
data.sites.forEach((site, row) => {
  site.shift = SITE_STEP * data.sites.slice(0, row).filter((other) => other.at.join() === site.at.join()).length;
});
const siteLayer = L.layerGroup(
  data.sites.map((site) => {
    const icon = L.divIcon({ className: 'site', html: siteKey(site.kind), iconSize: [20, 20], iconAnchor: [10 - site.shift, 10], popupAnchor: [site.shift, -8] });
    return L.marker(site.at, { icon, zIndexOffset: 500, title: site.name }).bindPopup(() => sitePopup(site), { maxWidth: 420, maxHeight: 360 });
  }),
).addTo(map);

function sitePopup(site) {
  const box = make('div', 'popup', make('h3', '', site.name), make('p', 'muted', [site.kind, site.area].filter(Boolean).join(', ')));
  const planned = site.stock.some((row) => 'taken' in row);
  if (site.stock.length) {
    const head = ['Barang', 'Pemilik', 'Stok', ...(planned ? ['Keluar', 'Sisa'] : []), 'Satuan'];
    box.append(makeTable(head, site.stock.map((row) => [row.item, row.owner, row.before, ...(planned ? [row.taken, row.before - row.taken] : []), row.unit])));
  }
  if (site.vehicles.length) box.append(make('p', '', `Kendaraan (${site.vehicles.length}): ${site.vehicles.join(', ')}`));
  if (site.source) box.append(make('p', 'muted', `Sumber: ${site.source}`));
  return box;
}

// Poskos: area of the circle by mass needed, colour by satisfied share.
const heaviest = Math.max(1, ...data.poskos.map((posko) => posko.kg));
function poskoRadius(kg) {
  const zoom = Math.min(1.5, Math.max(0.8, 1.25 ** (map.getZoom() - ZOOM_OF_SIZES)));
  return Math.max(2.5, LARGEST_RADIUS * Math.sqrt(kg / heaviest)) * zoom;
}
const poskoColour = (posko) => ('share' in posko ? data.scale[posko.share].colour : data.unknown);

const poskoLayer = L.layerGroup();
function drawPoskos() {
  for (const posko of data.poskos) {
    posko.circle = L.circleMarker(posko.at, { renderer: above, radius: poskoRadius(posko.kg), color: '#333', weight: 0.8, fillColor: poskoColour(posko), fillOpacity: 0.92 });
    posko.circle.bindTooltip(() => make('div', '', make('b', '', posko.name), `${'share' in posko ? ` ${posko.shareText} terpenuhi, ` : ' '}${shown(posko.people)} jiwa`));
    posko.circle.bindPopup(() => poskoPopup(posko), { maxWidth: 520, maxHeight: 380 });
    posko.circle.on('click', () => posko.circle.closeTooltip());
    poskoLayer.addLayer(posko.circle);
  }
  poskoLayer.addTo(map);
  map.on('zoomend', () => data.poskos.forEach((posko) => posko.circle.setRadius(poskoRadius(posko.kg))));
}

function poskoPopup(posko) {
  const planned = 'share' in posko;
  const box = make('div', 'popup', make('h3', '', posko.name));
  if (posko.area) box.append(make('p', 'muted', posko.area));
  box.append(make('p', '', `${shown(posko.people)} jiwa, ${shown(posko.households)} KK; kebutuhan ${posko.mass}`));
  if (planned) box.append(make('p', '', `Terpenuhi ${posko.shareText}`, posko.arrival ? `, ${posko.arrival}` : ''));
  const head = ['Prio.', 'Barang', 'Butuh', ...(planned ? ['Diantar', 'Kurang', 'Sebab kekurangan'] : [])];
  const rows = posko.needs.map((row) => {
    const start = [String(row.level), `${row.item} (${row.unit})`, row.need];
    return planned ? [...start, row.given, row.need - row.given, row.why.join('; ')] : start;
  });
  box.append(makeTable(head, rows));
  if (posko.source) box.append(make('p', 'muted', `Sumber: ${posko.source}`));
  return box;
}

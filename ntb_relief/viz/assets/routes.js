// Routes: one line a vehicle. Types are drawn as bands, the largest vehicles widest and lowest, so that a road shows every type that uses it.
const WIDEST = 9;
const THINNEST = 2;
const NEAR_PX = 7;
const vehicles = [];

data.types.forEach((type, row) => {
  type.weight = data.types.length > 1 ? WIDEST - (row * (WIDEST - THINNEST)) / (data.types.length - 1) : 4;
  type.style = { color: type.colour, weight: type.weight, opacity: 0.95 };
  for (const vehicle of type.vehicles) {
    vehicle.type = type;
    vehicle.lines = pairLines(vehicle.pairs);
    vehicle.layer = L.polyline(vehicle.lines, { renderer: above, ...type.style });
    vehicle.layer.bindTooltip(() => make('div', '', ...names(near(map.mouseEventToLatLng(lastMove)))), { sticky: true });
    vehicle.layer.on('click', (event) => {
      vehicle.layer.closeTooltip();
      openVehicles(event.latlng);
    });
    vehicles.push(vehicle);
  }
});

let lastMove = null;
map.getContainer().addEventListener('mousemove', (event) => { lastMove = event; }, { passive: true, capture: true });

// Vehicles on the map that pass within a few pixels of a point.
function near(latlng) {
  const point = map.latLngToLayerPoint(latlng);
  const apart = (line) => L.LineUtil.pointToSegmentDistance(point, map.latLngToLayerPoint(line[0]), map.latLngToLayerPoint(line[1]));
  return vehicles.filter((vehicle) => map.hasLayer(vehicle.layer) && vehicle.lines.some((line) => apart(line) <= NEAR_PX));
}

const MOST_NAMES = 8;
function names(found) {
  const rows = found.slice(0, MOST_NAMES).map((vehicle) => make('div', '', dot(vehicle.type.colour), vehicle.id.includes(vehicle.type.name) ? vehicle.id : `${vehicle.id} (${vehicle.type.name})`));
  if (found.length > MOST_NAMES) rows.push(make('div', 'muted', `dan ${found.length - MOST_NAMES} kendaraan lain`));
  return rows;
}

function dot(colour) {
  const element = make('span', 'dot');
  element.style.background = colour;
  return element;
}

function openVehicles(latlng) {
  const found = near(latlng);
  if (found.length === 1) {
    selectVehicle(found[0]);
    return;
  }
  const box = make('div', 'popup', make('h3', '', `${found.length} kendaraan lewat di sini`));
  for (const vehicle of found) box.append(vehicleButton(vehicle));
  L.popup({ maxHeight: 300 }).setLatLng(latlng).setContent(box).openOn(map);
}

function vehicleButton(vehicle) {
  const button = make('button', 'vehicle', dot(vehicle.type.colour), make('b', '', vehicle.id), make('span', 'muted', vehicle.text));
  button.type = 'button';
  button.addEventListener('click', () => { map.closePopup(); selectVehicle(vehicle); });
  return button;
}

// One vehicle picked out: its way in full colour with a dark edge and numbered stops, the others faint.
let selected = null;
const casing = L.polyline([], { renderer: above, interactive: false, color: '#111', weight: 9 });
const stopLayer = L.layerGroup().addTo(map);

function selectVehicle(vehicle) {
  selected = vehicle;
  stopLayer.clearLayers();
  for (const other of vehicles) other.layer.setStyle({ opacity: vehicle && other !== vehicle ? 0.12 : 0.95, weight: other === vehicle ? 6 : other.type.weight });
  if (vehicle) {
    casing.setLatLngs(vehicle.lines).addTo(map).bringToFront();
    vehicle.layer.addTo(map).bringToFront();
    numberStops(vehicle);
    map.fitBounds(L.latLngBounds(vehicle.lines.flat()), { padding: [40, 40], maxZoom: 13 });
  } else {
    casing.remove();
    for (const other of vehicles) if (map.hasLayer(other.layer)) other.layer.bringToFront();
  }
  data.poskos.forEach((posko) => { if (map.hasLayer(poskoLayer)) posko.circle.bringToFront(); });
  showVehicle(vehicle);
}

function numberStops(vehicle) {
  const numbers = new Map();
  vehicle.stops.forEach((stop, row) => {
    const key = stop.join();
    numbers.set(key, { stop, text: numbers.has(key) ? `${numbers.get(key).text},${row + 1}` : String(row + 1) });
  });
  for (const { stop, text } of numbers.values()) {
    const icon = L.divIcon({ className: 'stop', html: make('span', '', text.length > 7 ? `${text.slice(0, 5)}..` : text), iconSize: null });
    stopLayer.addLayer(L.marker(stop, { icon, interactive: false, keyboard: false }));
  }
}

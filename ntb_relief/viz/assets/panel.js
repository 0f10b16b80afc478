// The panel beside the map: title, figures, layers that double as the legend, vehicles by type, notes.
const panel = document.getElementById('panel');
const detail = make('section', 'detail');
detail.hidden = true;

function showVehicle(vehicle) {
  detail.replaceChildren();
  detail.hidden = !vehicle;
  if (!vehicle) return;
  const close = make('button', 'close', '\u00d7');
  close.type = 'button';
  close.title = 'Tutup dan tampilkan semua';
  close.addEventListener('click', () => selectVehicle(null));
  detail.append(close, make('h2', '', dot(vehicle.type.colour), vehicle.id), make('p', '', `${vehicle.type.name}; ${vehicle.text}; ${vehicle.cost}`));
  const rows = vehicle.steps.map((step) => make('tr', '', make('td', 'clock', step.at), make('td', '', step.text, make('div', 'muted', step.lines.join(', ')))));
  detail.append(make('table', 'steps', make('tbody', '', ...rows)));
  panel.scrollTop = 0;
}

function toggle(text, key, layers, checked = true) {
  const box = make('input', '');
  box.type = 'checkbox';
  box.checked = checked;
  box.addEventListener('change', () => {
    for (const layer of layers()) if (box.checked) layer.addTo(map); else layer.remove();
    keepOrder();
    placeNames();
  });
  return make('label', 'toggle', box, key, make('span', '', text));
}

// Layers switched on again must not cover what stands above them.
function keepOrder() {
  for (const vehicle of vehicles) if (map.hasLayer(vehicle.layer)) vehicle.layer.bringToFront();
  if (selected && map.hasLayer(selected.layer)) selected.layer.bringToFront();
  if (map.hasLayer(poskoLayer)) data.poskos.forEach((posko) => posko.circle.bringToFront());
}

function layerSection() {
  const section = make('section', '', make('h2', '', 'Lapisan dan legenda'));
  section.append(toggle(`Posko (${shown(data.poskos.length)}), besar lingkaran = kebutuhan`, circleKey(6, '#fff'), () => [poskoLayer]), sizeKeys());
  if (data.scale.length) section.append(make('div', 'indent muted', 'Bagian kebutuhan (berat) yang terpenuhi:'), shareKeys());
  const kinds = new Set(data.sites.map((site) => site.kind));
  const siteKeys = make('span', 'keys', ...[...kinds].flatMap((kind) => [siteKey(kind), make('span', '', kind)]));
  section.append(toggle('', siteKeys, () => [siteLayer]));
  const roadKeys = make('div', 'indent grid', ...data.roads.flatMap((road) => [lineKey(ROAD_STYLES[road.id] || ROAD_STYLES.local), make('span', '', road.name)]));
  section.append(toggle('Jalan (lurus antarsimpul)', lineKey(ROAD_STYLES.trunk), () => [roadLayer]), roadKeys);
  if (data.crossings.length) section.append(toggle('Penyeberangan feri dan perahu', lineKey(CROSSING_STYLE), () => [crossingLayer]));
  if (data.closures.length) {
    const keys = make('span', 'keys', lineKey(CLOSED_STYLE), make('span', '', 'jalan ditutup'), lineKey(SLOW_STYLE), make('span', '', 'lambat'));
    section.append(toggle('', keys, () => [closureLayer]));
  }
  return section;
}

// Circles of the heaviest need, a quarter and a sixteenth of it, as large as they are on the map now.
function sizeKeys() {
  const box = make('div', 'indent keys sizes');
  const draw = () => {
    const keys = [16, 4, 1].map((part) => {
      const radius = poskoRadius(heaviest / part);
      const side = 2 * radius + 2;
      const circle = makeSvg('circle', { cx: side / 2, cy: side / 2, r: radius, fill: '#fff', stroke: '#333', 'stroke-width': 0.8 });
      const kg = heaviest / part;
      const mass = kg >= 1000 ? `${(kg / 1000).toFixed(1).replace('.', ',')} t` : `${Math.round(kg)} kg`;
      return [makeSvg('svg', { width: side, height: side, class: 'key' }, circle), make('span', '', mass)];
    });
    box.replaceChildren(...keys.flat());
  };
  map.whenReady(draw);
  map.on('zoomend', draw);
  return box;
}

function shareKeys() {
  const counts = data.scale.map((_, row) => data.poskos.filter((posko) => posko.share === row).length);
  return make('div', 'indent grid', ...data.scale.flatMap((step, row) => [circleKey(5, step.colour), make('span', '', `${step.label} (${shown(counts[row])} posko)`)]));
}

function routeSection() {
  const section = make('section', '', make('h2', '', 'Rute kendaraan'), make('p', 'muted', 'Klik kendaraan atau rutenya untuk jadwal dan muatan.'));
  for (const type of data.types) {
    const boxes = type.vehicles.map((vehicle) => vehicleRow(vehicle));
    const group = toggle(`${type.name} (${type.vehicles.length} dari ${type.have})`, lineKey(type.style), () => type.vehicles.map((vehicle) => vehicle.layer));
    group.querySelector('input').addEventListener('change', (event) => boxes.forEach((row) => { row.querySelector('input').checked = event.target.checked; }));
    const list = make('details', 'indent', make('summary', '', 'daftar kendaraan'), ...boxes);
    section.append(group, ...(boxes.length ? [list] : []));
  }
  return section;
}

function vehicleRow(vehicle) {
  return make('div', 'vehicle-row', toggle('', '', () => [vehicle.layer]), vehicleButton(vehicle));
}

function buildPanel() {
  panel.append(make('h1', '', data.title), make('p', 'subtitle', data.subtitle));
  panel.append(make('dl', 'facts', ...data.facts.map(([name, value, rest]) => make('div', '', make('dt', '', name), make('dd', '', make('b', '', value), ` ${rest}`)))));
  panel.append(detail, layerSection());
  if (data.types.length) panel.append(routeSection());
  if (data.notes.length) panel.append(make('section', '', make('h2', '', 'Catatan'), make('ul', '', ...data.notes.map((note) => make('li', '', note)))));
}

// Names on the map: the most important first, each only where it covers no other name and no site.
const LABEL_HEIGHT = 14;
const POSKO_LABEL_ZOOM = 12;
const measure = make('canvas', '').getContext('2d');
const LABEL_FONTS = { area: '700 11px system-ui, sans-serif', site: '600 11px system-ui, sans-serif', posko: '500 11px system-ui, sans-serif' };
map.createPane('names').style.zIndex = 620;
const namePane = map.getPane('names');

function nameWishes() {
  const wishes = data.areas.map((area) => ({ ...area, kind: 'area', gap: 0 }));
  if (map.hasLayer(siteLayer)) wishes.unshift(...data.sites.map((site) => ({ ...site, kind: 'site', gap: 13 })));
  if (map.hasLayer(poskoLayer) && map.getZoom() >= POSKO_LABEL_ZOOM) {
    wishes.push(...data.poskos.map((posko) => ({ at: posko.at, name: posko.name.split(',')[0], kind: 'posko', gap: poskoRadius(posko.kg) + 3 })));
  }
  return wishes;
}

function overlaps(a, b) {
  return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom;
}

// Boxes to try: right, left, above, below of the point; area names sit on it.
function boxes(point, width, gap, centred) {
  const box = (left, top) => ({ left, top, right: left + width, bottom: top + LABEL_HEIGHT });
  const middle = point.x - width / 2;
  if (centred) return [box(middle, point.y - 7), box(middle, point.y - 26), box(middle, point.y + 12)];
  return [box(point.x + gap, point.y - 7), box(point.x - gap - width, point.y - 7), box(middle, point.y - gap - LABEL_HEIGHT), box(middle, point.y + gap)];
}

// Symbols that no name may cover: sites, and poskos once they are named themselves.
function symbolBoxes(view) {
  const box = (at, shift, half) => {
    const { x, y } = map.latLngToLayerPoint(at);
    return { left: x + shift - half, top: y - half, right: x + shift + half, bottom: y + half };
  };
  const taken = map.hasLayer(siteLayer) ? data.sites.map((site) => box(site.at, site.shift, 11)) : [];
  if (map.hasLayer(poskoLayer) && map.getZoom() >= POSKO_LABEL_ZOOM) {
    taken.push(...data.poskos.filter((posko) => view.contains(posko.at)).map((posko) => box(posko.at, 0, poskoRadius(posko.kg))));
  }
  return taken;
}

function placeNames() {
  namePane.replaceChildren();
  const view = map.getBounds().pad(0.05);
  const taken = symbolBoxes(view);
  const corner = map.containerPointToLayerPoint([0, 0]);
  const far = corner.add(map.getSize());
  const inside = (box) => box.left >= corner.x && box.right <= far.x && box.top >= corner.y && box.bottom <= far.y;
  for (const wish of nameWishes()) {
    if (!view.contains(wish.at)) continue;
    const text = wish.kind === 'area' ? wish.name.toUpperCase() : wish.name;
    measure.font = LABEL_FONTS[wish.kind];
    const width = measure.measureText(text).width + (wish.kind === 'area' ? text.length : 0) + 4;
    const point = map.latLngToLayerPoint(wish.at).add([wish.shift || 0, 0]);
    const box = boxes(point, width, wish.gap, wish.kind === 'area').find((b) => inside(b) && !taken.some((t) => overlaps(b, t)));
    if (!box) continue;
    taken.push(box);
    const label = make('div', `name ${wish.kind}`, text);
    L.DomUtil.setPosition(label, L.point(box.left, box.top));
    namePane.append(label);
  }
}

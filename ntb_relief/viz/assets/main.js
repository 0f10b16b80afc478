// Put the map together and show the poskos.
buildPanel();
const places = data.poskos.length ? data.poskos : data.sites;
if (places.length) map.fitBounds(L.latLngBounds(places.map((place) => place.at)), { padding: [30, 30], maxZoom: 12 });
else map.fitBounds(L.latLngBounds(data.coast.flat()));
for (const vehicle of vehicles) vehicle.layer.addTo(map);
closureLayer.addTo(map);
drawPoskos();
placeNames();
map.on('moveend zoomend', placeNames);

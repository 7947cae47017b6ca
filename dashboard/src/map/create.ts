/** The map as an island: made once, told the situation, undone. */
import {
  AttributionControl, LngLatBounds, Map, NavigationControl, setWorkerUrl, type GeoJSONSource,
} from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import worker from 'maplibre-gl/dist/maplibre-gl-worker.mjs?worker&url';
import type { FeatureCollection } from 'geojson';
import { Pace } from '../frame';
import { SPOTS } from '../words/terms';
import type { Language } from '../words';
import type { Drawn } from './features';
import { colours, paint, style } from './style';

setWorkerUrl(worker);

export interface Chart {
  draw(drawn: Drawn): void;
  speak(language: Language): void;
  recolour(): void;
  globe(round: boolean): void;
  follow(): void;
  remove(): void;
}

const HEADS_MS = 200;
const TAILS_MS = 1000;
/** The equator at zoom 0. */
const WORLD_PX = 512;
/** What the map shows of Earth before there is anything to show. */
const HOME: [number, number] = [138, 38];
const HOME_ZOOM = 3;
const NEAREST_ZOOM = 5.5;
/** So many times the shorter side of the map may the globe be wide, or none would be seen as one. */
const GLOBE_SIDES = 1.8;

export function create(host: HTMLElement, failed: (why: string) => void): Chart {
  const map = new Map({
    container: host,
    style: style(colours(host), new URL('./coastline.json', location.href).href),
    center: HOME,
    zoom: HOME_ZOOM,
    attributionControl: false,
    renderWorldCopies: true,
    dragRotate: false,
    pitchWithRotate: false,
    maxZoom: 9,
  });
  map.addControl(new NavigationControl({ showCompass: false }), 'top-left');
  map.addControl(new AttributionControl({ compact: false, customAttribution: 'Natural Earth' }), 'bottom-right');
  map.on('error', ({ error }) => failed(error.message));
  const pace = new Pace(HEADS_MS);
  let ready = false;
  let last: Drawn | null = null;
  let tails = -Infinity;
  let places: FeatureCollection | null = null;
  let hands = false;
  let bounds = '';
  let globe = false;
  const source = (name: string): GeoJSONSource | undefined => map.getSource(name);
  const fit = (): void => {
    const box = last && boxOf(last);
    const next = box?.toString() ?? '';
    if (hands || next === bounds) return;
    bounds = next;
    if (!box) {
      map.jumpTo({ center: HOME, zoom: HOME_ZOOM });
      return;
    }
    const { clientWidth, clientHeight } = host;
    const [side, high] = [Math.min(70, clientWidth / 6), Math.min(60, clientHeight / 6)];
    map.fitBounds(box, { padding: { left: side, right: side, top: high, bottom: high }, maxZoom: nearest(box.getCenter().lat), duration: 0 });
  };
  /** How near the map goes by itself; a globe is wider the further from the equator it is seen. */
  const nearest = (lat: number): number => {
    if (!globe) return NEAREST_ZOOM;
    const side = GLOBE_SIDES * Math.min(host.clientWidth, host.clientHeight);
    return Math.log2((side * Math.PI * Math.cos((lat * Math.PI) / 180)) / WORLD_PX);
  };
  const put = (name: string, data: FeatureCollection): void => void source(name)?.setData(data);
  const draw = (drawn: Drawn): void => {
    last = drawn;
    if (!ready || !pace.begin()) return;
    put('heads', drawn.heads);
    if (performance.now() - tails < TAILS_MS) return;
    tails = performance.now();
    put('tails', drawn.tails);
    put('areas', drawn.areas);
    fit();
  };
  map.on('load', () => {
    ready = true;
    if (places) put('places', places);
    if (last) draw(last);
    host.dataset.ready = 'true';
  });
  // For tests: a worker that failed leaves a map that looks well and draws nothing.
  map.on('idle', () => {
    host.dataset.drawn = String(map.queryRenderedFeatures({ layers: ['track', 'head'] }).length);
  });
  for (const event of ['dragstart', 'wheel'] as const) map.on(event, () => (hands = true));
  return {
    draw,
    speak: (language): void => {
      places = {
        type: 'FeatureCollection',
        features: SPOTS.map((spot) => ({
          type: 'Feature',
          geometry: { type: 'Point', coordinates: [...spot.at] },
          properties: { label: spot[language] },
        })),
      };
      if (ready) put('places', places);
    },
    recolour: (): void => {
      if (!ready) return;
      for (const [layer, values] of Object.entries(paint(colours(host)))) {
        for (const [name, value] of Object.entries(values)) {
          map.setPaintProperty(layer, name as never, value as never);
        }
      }
    },
    globe: (round): void => {
      const change = (): void => {
        map.setProjection({ type: round ? 'globe' : 'mercator' });
        if (globe === round) return;
        globe = round;
        bounds = '?';
        fit();
      };
      if (ready) change();
      else map.once('load', change);
    },
    follow: (): void => {
      hands = false;
      bounds = '?';
      fit();
    },
    remove: (): void => map.remove(),
  };
}

/** What of Earth is drawn on, or null. */
function boxOf({ areas, tails }: Drawn): LngLatBounds | null {
  const points = [...areas.features, ...tails.features].flatMap(({ geometry }) =>
    geometry.type === 'GeometryCollection' ? [] : (geometry.coordinates.flat(2) as number[]),
  );
  if (points.length < 4) return null;
  const box = new LngLatBounds();
  let middle: number | null = null;
  for (let index = 0; index + 1 < points.length; index += 2) {
    const [lon, lat] = [points[index]!, points[index + 1]!];
    // Around the first point, so that what lies beyond the antimeridian is near and not far.
    middle ??= lon;
    const turned = lon + Math.round((middle - lon) / 360) * 360;
    box.extend([Math.round(turned), Math.round(lat)]);
  }
  return box;
}

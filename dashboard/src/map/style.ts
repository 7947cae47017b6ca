/** The map's layers from bottom to top, in the colours of the page. */
import type { LayerSpecification, SourceSpecification, StyleSpecification } from 'maplibre-gl';

export interface Colours {
  readonly sea: string;
  readonly land: string;
  readonly coast: string;
  readonly text: string;
  readonly halo: string;
  readonly danger: string;
  readonly head: string;
}

/** The colours as the page's tokens have them at present. */
export function colours(element: Element): Colours {
  const tokens = getComputedStyle(element);
  const token = (name: string): string => tokens.getPropertyValue(`--${name}`).trim();
  return {
    sea: token('sea'),
    land: token('land'),
    coast: token('coast'),
    text: token('text'),
    halo: token('sea'),
    danger: token('danger'),
    head: token('text'),
  };
}

type Paint = { [layer: string]: NonNullable<LayerSpecification['paint']> };

/** What of each layer depends on the colours. */
export function paint({ sea, land, coast, text, halo, danger, head }: Colours): Paint {
  const hot = ['case', ['get', 'danger'], danger, text];
  const label = { 'text-color': text, 'text-halo-color': halo, 'text-halo-width': 1.5 };
  return {
    sea: { 'background-color': sea },
    land: { 'fill-color': land },
    coast: { 'line-color': coast, 'line-width': 0.7 },
    impact: { 'fill-color': hot, 'fill-opacity': ['case', ['get', 'active'], 0.16, 0.05] },
    predicted: { 'line-color': hot, 'line-width': 1.6, 'line-dasharray': [3, 2] },
    observed: { 'line-color': text, 'line-width': 1.6 },
    track: {
      'line-color': ['get', 'colour'],
      'line-width': 2.5,
      'line-opacity': ['case', ['get', 'active'], 0.95, 0.45],
    },
    alert: {
      'circle-radius': 9, 'circle-color': danger, 'circle-opacity': 0.35,
      'circle-stroke-color': danger, 'circle-stroke-width': 1.5,
    },
    site: {
      'circle-radius': 4, 'circle-color': sea, 'circle-stroke-color': text, 'circle-stroke-width': 1.5,
    },
    target: { 'circle-radius': 3, 'circle-color': hot },
    head: {
      'circle-radius': ['case', ['get', 'small'], 3, 6],
      'circle-color': ['case', ['get', 'fresh'], head, sea],
      'circle-stroke-color': ['case', ['get', 'small'], sea, head],
      'circle-stroke-width': ['case', ['get', 'small'], 1, 2],
    },
    dots: { 'circle-radius': 1.6, 'circle-color': text, 'circle-opacity': 0.6 },
    'clear-areas': { 'text-opacity': 0 },
    'clear-heads': { 'text-opacity': 0 },
    places: { ...label, 'text-opacity': 0.65 },
    labels: label,
  } as unknown as Paint;
}

const text = { 'text-size': 12, 'text-font': ['system-ui'], 'text-max-width': 9 };
const CLEAR = { 'text-field': '●', 'text-size': 16, 'text-padding': 0, 'text-allow-overlap': true };
const what = (name: string): unknown => ['==', ['get', 'what'], name];
const LAYERS = [
  { id: 'sea', type: 'background' },
  { id: 'land', type: 'fill', source: 'land' },
  { id: 'coast', type: 'line', source: 'land' },
  { id: 'impact', type: 'fill', source: 'areas', filter: what('impact') },
  { id: 'predicted', type: 'line', source: 'areas', filter: ['all', what('impact'), ['!', ['get', 'observed']]] },
  { id: 'observed', type: 'line', source: 'areas', filter: ['all', what('impact'), ['get', 'observed']] },
  { id: 'alert', type: 'circle', source: 'areas', filter: what('alert') },
  { id: 'track', type: 'line', source: 'tails' },
  { id: 'site', type: 'circle', source: 'areas', filter: what('site') },
  { id: 'target', type: 'circle', source: 'areas', filter: what('target') },
  { id: 'head', type: 'circle', source: 'heads' },
  { id: 'dots', type: 'circle', source: 'places' },
  {
    id: 'places', type: 'symbol', source: 'places',
    layout: {
      ...text, 'text-field': ['get', 'label'], 'text-size': 11, 'text-anchor': 'left', 'text-offset': [0.5, 0],
    },
  },
  // Not seen: no name of a place is written through what flies or is warned.
  {
    id: 'clear-areas', type: 'symbol', source: 'areas', filter: ['any', what('alert'), what('site')],
    layout: { ...text, ...CLEAR },
  },
  { id: 'clear-heads', type: 'symbol', source: 'heads', layout: { ...text, ...CLEAR } },
  {
    id: 'labels', type: 'symbol', source: 'areas', filter: ['has', 'label'],
    layout: {
      ...text, 'text-field': ['get', 'label'],
      'text-variable-anchor': ['top', 'left', 'right', 'bottom'], 'text-radial-offset': 1.1,
    },
  },
];

const nothing: SourceSpecification = {
  type: 'geojson',
  data: { type: 'FeatureCollection', features: [] },
};

export function style(given: Colours, land: string): StyleSpecification {
  const painted = paint(given);
  return {
    version: 8,
    sources: {
      land: { type: 'geojson', data: land, tolerance: 0.2 },
      areas: nothing,
      tails: nothing,
      heads: nothing,
      places: nothing,
    },
    layers: LAYERS.map((layer) => ({ ...layer, paint: painted[layer.id] })) as LayerSpecification[],
  };
}

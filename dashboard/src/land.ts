/** Where land is, from the packaged coastlines. */
import { isRecord, type Place } from './read';

export type Ring = readonly (readonly [number, number])[];
export interface Land {
  readonly polygons: readonly (readonly Ring[])[];
}

/** Land from the file beside the page; none if it is not what it should be. */
export function landOf(value: unknown): Land {
  const polygons = isRecord(value) && Array.isArray(value.coordinates) ? value.coordinates : [];
  return { polygons: polygons as Land['polygons'] };
}

export function onLand([lon, lat]: Place, { polygons }: Land): boolean {
  // A ring that crosses the antimeridian runs on beyond 180 degrees.
  return [lon, lon + 360, lon - 360].some((x) =>
    polygons.some(
      ([outer, ...lakes]) =>
        outer !== undefined && within(x, lat, outer) && !lakes.some((lake) => within(x, lat, lake)),
    ),
  );
}

function within(x: number, y: number, ring: Ring): boolean {
  let inside = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [xi, yi] = ring[i]!;
    const [xj, yj] = ring[j]!;
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

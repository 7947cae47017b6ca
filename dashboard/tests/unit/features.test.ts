import { describe, expect, it } from 'vitest';
import { onLand, landOf } from '../../src/land';
import { look } from '../../src/palette';
import { drawn, ring, unwrapped } from '../../src/map/features';
import { plotted } from '../../src/plot/window';
import { situation } from '../../src/situation';
import { LAUNCH, impact, listener, track } from './made';

const SQUARE = landOf({
  coordinates: [[[[170, 30], [180, 30], [180, 40], [170, 40], [170, 30]], [[174, 31], [176, 31], [176, 33], [174, 33], [174, 31]]]],
});

function seen() {
  const heard = listener(130).feed({ kind: 'launch', act: 'alert', seconds: 80, sequence: 1, data: LAUNCH });
  for (let n = 2; n < 8; n++) {
    heard.feed({ kind: 'track', n, seconds: 100 + n, sequence: n, data: track(100 + n, 178 + n / 8, n * 10_000) });
  }
  heard.feed({ kind: 'impact', n: 9, seconds: 111, sequence: 9, data: impact() });
  return situation(heard.world, 0)!;
}

describe('the map', () => {
  it('draws track, head, site, and the predicted impact dashed', () => {
    const { heads, tails, areas } = drawn(seen(), SQUARE, false);
    expect(heads.features[0]!.geometry).toEqual({ type: 'Point', coordinates: [178.875, 40] });
    expect(tails.features[0]!.properties).toMatchObject({ what: 'track', active: true });
    expect(areas.features.map(({ properties }) => properties!.what)).toEqual(['impact', 'target', 'site']);
    expect(areas.features[0]!.properties).toMatchObject({ observed: false, danger: false });
  });
  it('writes the name of a site once, however many fly from there', () => {
    const heard = listener(130);
    for (const [index, event] of ['one', 'two', 'three'].entries()) {
      heard.feed({ kind: 'launch', act: 'alert', event, seconds: 80, sequence: index + 1, data: LAUNCH });
    }
    const { areas } = drawn(situation(heard.world, 0)!, SQUARE, false);
    expect(areas.features.map(({ properties }) => properties!.label)).toEqual(['Mupyong-ni', undefined, undefined]);
  });
  it('moves a head on between reports, for as long as that is believable', () => {
    const [still] = drawn(seen(), SQUARE, false).heads.features;
    const [moved] = drawn(seen(), SQUARE, true).heads.features;
    expect(still).not.toEqual(moved);
  });
  it('runs on across the antimeridian', () => {
    const line = unwrapped([179, -179, -178].map((lon) => ({ at: 0, place: [lon, 0], altitude: 0 })));
    expect(line.map(([lon]) => lon)).toEqual([179, 181, 182]);
    const lons = ring([180, 10], 300).map(([lon]) => lon);
    expect(Math.max(...lons) - Math.min(...lons)).toBeLessThan(10);
  });
  it('knows land from sea and from lakes', () => {
    expect(onLand([172, 35], SQUARE)).toBe(true);
    expect(onLand([175, 32], SQUARE)).toBe(false);
    expect(onLand([160, 35], SQUARE)).toBe(false);
    expect(onLand([0, 0], landOf('nonsense'))).toBe(false);
  });
  it('gives each country a look of its own', () => {
    const codes = ['AAA', 'BBB', 'JPN', 'KOR', 'USA'];
    expect(new Set(codes.map((code) => look(code, codes).colour)).size).toBe(5);
    expect(new Set(codes.map((code) => look(code, codes).shape)).size).toBe(5);
  });
});

describe('the altitude plot', () => {
  it('has a series for each originator, up to the predicted impact', () => {
    const window = plotted(seen())!;
    expect(window.series).toEqual([{ event: 'irbm', originator: 'JPN' }]);
    expect(window.altitudes[0]).toEqual([20, 30, 40, 50, 60, 70]);
    expect(window.to - window.from).toBe(1320);
  });
});

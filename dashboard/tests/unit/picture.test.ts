import { describe, expect, it } from 'vitest';
import { at, LAUNCH, impact, listener, track } from './made';
import type { Listener } from './made';
import type { Shown } from '../../src/picture';

function shown(heard: Listener, key = 'launch/irbm', country = 'JPN'): Shown | undefined {
  return heard.world.countries.get(country)?.picture.shown.get(key);
}

/** Own and allied reports, one after the other. */
function seen(): Listener {
  return listener()
    .feed({ kind: 'launch', act: 'alert', by: 'USA', seconds: 80, due: 81, sequence: 1, data: LAUNCH })
    .feed({ kind: 'launch', act: 'alert', by: 'JPN', seconds: 100, sequence: 2, data: LAUNCH })
    .feed({ kind: 'track', by: 'USA', n: 2, seconds: 120, sequence: 3, data: track(115) })
    .feed({ kind: 'track', by: 'JPN', n: 2, seconds: 121, sequence: 4, data: track(116, 131) });
}

describe('a launch', () => {
  it('has a report of each kind from each originator, and who told it since when', () => {
    const launch = shown(seen())!;
    expect([...launch.reports.keys()]).toEqual(['USA/launch', 'JPN/launch', 'USA/track', 'JPN/track']);
    expect(launch.known.get('USA')).toMatchObject({ path: 'USA>JPN', arrangement: 'us-jpn', late: false });
    expect(launch.known.get('USA')!.since! - launch.first).toBe(81_000);
  });

  it('keeps the position measured last, whatever arrives last', () => {
    const heard = seen().feed({ kind: 'track', by: 'JPN', n: 1, seconds: 110, sequence: 5, data: track(105, 120) });
    expect(shown(heard)!.reports.get('JPN/track')!.data.position).toMatchObject({ coordinates: [131, 40] });
  });

  it('ends for each originator alone, and for the country with the last', () => {
    const heard = seen().feed({ kind: 'launch', act: 'all-clear', by: 'JPN', n: 3, seconds: 900, sequence: 5 });
    expect([...shown(heard)!.reports.keys()]).toEqual(['USA/launch', 'USA/track']);
    expect(shown(heard)!.over).toBeNull();
    heard.feed({ kind: 'launch', act: 'all-clear', by: 'USA', n: 3, seconds: 900, due: 901, sequence: 6 });
    expect(shown(heard)!.over).toMatchObject({ act: 'all-clear' });
  });

  it('that is over is not made active by what comes late', () => {
    const heard = seen();
    for (const by of ['JPN', 'USA']) {
      heard.feed({ kind: 'launch', act: 'all-clear', by, n: 3, seconds: 900, sequence: by === 'JPN' ? 5 : 6 });
    }
    heard.feed({ kind: 'launch', act: 'alert', by: 'KOR', seconds: 75, due: 2600, sequence: 7, data: LAUNCH });
    heard.feed({ kind: 'track', by: 'KOR', n: 2, seconds: 85, due: 2601, sequence: 8, data: track(80) });
    expect(shown(heard)!.over).not.toBeNull();
    expect(shown(heard)!.known.get('KOR')).toMatchObject({ late: true });
    expect(shown(heard)!.tracks.has('KOR')).toBe(false);
  });

  it('does not come back by what was overtaken by its end', () => {
    const heard = listener()
      .feed({ kind: 'launch', act: 'alert', seconds: 80, sequence: 1, data: LAUNCH })
      .feed({ kind: 'launch', act: 'all-clear', n: 3, seconds: 900, sequence: 2 })
      .feed({ kind: 'track', n: 2, seconds: 120, due: 950, sequence: 3, data: track(115) });
    expect(shown(heard)!.over).not.toBeNull();
  });

  it('has tracks of a bounded length that keep their start', () => {
    const heard = listener();
    for (let n = 1; n <= 700; n++) {
      heard.feed({ kind: 'track', n, seconds: 100 + n, sequence: n, data: track(100 + n, 120 + n / 100) });
    }
    const line = shown(heard)!.tracks.get('JPN')!;
    expect(line.length).toBeLessThanOrEqual(200);
    expect(line[0]!.place[0]).toBe(120.01);
    expect(line.at(-1)!.place[0]).toBe(127);
  });
});

describe('an alert', () => {
  const ALERT = { issuer: { country: 'JPN', channel: 'J-Alert' }, areas: [{ name: 'North' }, { name: 'Islands' }] };

  it('goes on where it was not ended, in its own words', () => {
    const heard = listener()
      .feed({ kind: 'alert', act: 'alert', event: 'siren', seconds: 300, sequence: 1, data: ALERT })
      .feed({
        kind: 'alert', act: 'all-clear', event: 'siren', n: 2, seconds: 1200, sequence: 2,
        more: { references: 'siren.jpn.1' },
        data: { areas: [{ name: 'North' }], remaining: [{ name: 'Islands' }], reason: 'threat-passed' },
      });
    const alert = shown(heard, 'alert/siren')!;
    expect(alert.over).toBeNull();
    expect([...alert.reports.values()][0]!.data).toMatchObject({ areas: [{ name: 'Islands' }], issuer: ALERT.issuer });
    expect(alert.history.map((step) => step.act)).toEqual(['alert', 'all-clear']);
  });

  it('that is cancelled keeps its last words and the reason', () => {
    const heard = listener()
      .feed({ kind: 'alert', act: 'alert', event: 'siren', seconds: 300, sequence: 1, data: ALERT })
      .feed({
        kind: 'alert', act: 'cancel', event: 'siren', n: 2, seconds: 400, sequence: 2,
        more: { references: 'siren.jpn.1' }, data: { reason: 'issued-in-error' },
      });
    const alert = shown(heard, 'alert/siren')!;
    expect(alert.over).toMatchObject({ act: 'cancel', reason: 'issued-in-error' });
    expect([...alert.reports.values()][0]!.data).toMatchObject(ALERT);
  });

  it('is never made by a cancel of what nobody knows', () => {
    const heard = listener().feed({ kind: 'alert', act: 'cancel', event: 'siren', sequence: 1 });
    expect(shown(heard, 'alert/siren')).toBeUndefined();
    expect(heard.world.countries.get('JPN')!.picture.unmatched).toBe(1);
  });
});

describe('who joins late', () => {
  const REPORTS = {
    ...LAUNCH,
    reports: [
      { originator: 'USA', message: 'irbm.usa.87', state: 'detected', track: track(470), impact: impact() },
      { originator: 'JPN', message: 'irbm.jpn.83', state: 'detected', track: track(475, 143) },
      { originator: '<b>', message: 'x' },
    ],
  };
  const joined = (): Listener =>
    listener(480).state('launch', {
      kind: 'launch', by: 'JPN', seconds: 480, sequence: 174, data: REPORTS, more: { expires: '2022-10-04T07:30:30.000+09:00' },
    });

  it('has every originator from the retained picture, and does not know since when', () => {
    const launch = shown(joined())!;
    expect([...launch.known.keys()]).toEqual(['USA', 'JPN']);
    expect(launch.known.get('USA')!.since).toBeNull();
    expect(launch.reports.get('JPN/track')!.life).toBe(30_000);
    expect(launch.reports.get('USA/impact')!.data).toEqual(impact());
  });

  it('has since when and by which path, where the picture says so', () => {
    const told = { originator: 'USA', since: at(72), path: 'USA>JPN', arrangement: 'us-jpn', releasableto: 'USA, JPN, KOR' };
    const message = { kind: 'launch', by: 'JPN', seconds: 480, sequence: 174, data: REPORTS };
    const heard = listener(480).state('launch', { ...message, more: { heard: [told, { originator: 'JPN' }, 7] } });
    const known = shown(heard)!.known.get('USA')!;
    expect([known.since, known.path, known.releasable]).toEqual([Date.parse(at(72)), 'USA>JPN', ['USA', 'JPN', 'KOR']]);
    expect(heard.world.log.map(({ originator, due }) => [originator, due])).toEqual([['USA', Date.parse(at(72))]]);
  });

  it('goes on from there with the feed', () => {
    const heard = joined().feed({
      kind: 'track', by: 'USA', n: 90, seconds: 490, sequence: 180, data: track(485, 144),
      more: { references: 'irbm.usa.87' },
    });
    expect(shown(heard)!.reports.get('USA/track')!.key).toBe('irbm.usa.90');
    expect(shown(heard)!.reports.has('USA/launch')).toBe(true);
    // A retained picture that is older than the feed says nothing new.
    heard.state('launch', { kind: 'launch', by: 'JPN', seconds: 480, sequence: 174, data: { ...LAUNCH, reports: [] } }, false);
    expect(shown(heard)!.reports.has('USA/track')).toBe(true);
  });

  it('takes where it was seen before from the feature, whichever comes first', () => {
    const feature = {
      type: 'Feature',
      geometry: { type: 'LineString', coordinates: [[126, 40, 0], [127, 41, 9000], ['x', 1], [999, 1]] },
      properties: { lines: [{ originator: 'USA', from: at(60), seconds: [0, 5, 10, 15] }, { originator: 7 }, null] },
    };
    const before = listener(480).hear('geo/jpn/irbm', feature, true).state('launch', { kind: 'launch', sequence: 9, data: REPORTS });
    const after = joined().hear('geo/jpn/irbm', feature, true);
    for (const heard of [before, after]) {
      const line = shown(heard)!.tracks.get('USA')!;
      expect(line.map(({ altitude }) => altitude)).toEqual([0, 9000]);
      expect(line[1]!.at - line[0]!.at).toBe(5000);
    }
  });

  it('has what stands of one event though the feed has gone on with another', () => {
    const heard = listener(480)
      .feed({ kind: 'track', by: 'USA', seconds: 479, sequence: 300, data: track(479) })
      .state('alert', { kind: 'alert', event: 'siren', seconds: 300, sequence: 120, data: { areas: [{ name: 'Aomori' }] } });
    expect(heard.world.countries.get('JPN')!.picture.shown.has('alert/siren')).toBe(true);
  });

  it('loses what is taken away', () => {
    expect(shown(joined().hear('state/jpn/launch/irbm', ''))).toBeUndefined();
  });
});

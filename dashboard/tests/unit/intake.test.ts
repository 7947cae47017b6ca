import { describe, expect, it } from 'vitest';
import { qosOf, reconnected } from '../../src/intake';
import type { Json } from '../../src/read';
import { LAUNCH, RUN, at, clock, listener, track, Listener, message } from './made';

const country = (heard: Listener, code = 'JPN') => heard.world.countries.get(code);

describe('the filters', () => {
  it('have the feed alone at QoS 1, so that nothing takes its room', () => {
    const base = 'exercise/v1/snow-goose';
    expect(['feed/+/#', 'feed/jpn/#'].map((each) => qosOf(`${base}/${each}`))).toEqual([1, 1]);
    const others = ['clock', 'manifest', 'state/+/#', 'geo/+/#', 'head/+', 'player/presence', 'control/feed-page-1'];
    expect(others.map((each) => qosOf(`${base}/${each}`))).toEqual(others.map(() => 0));
  });
});

describe('the door', () => {
  const HOSTILE: [string, string, unknown][] = [
    ['is no JSON', 'feed/jpn/launch/irbm', '<script>alert(1)</script>'],
    ['is not marked', 'feed/jpn/launch/irbm', { ...message({ kind: 'launch' }), status: 'Actual' }],
    ['has no time', 'feed/jpn/launch/irbm', { ...message({ kind: 'launch' }), time: 'now' }],
    ['has a huge epoch', 'feed/jpn/launch/irbm', { ...message({ kind: 'launch' }), epoch: 1e300 }],
    ['is for somebody else', 'feed/kor/launch/irbm', message({ kind: 'launch' })],
    ['is of another event', 'feed/jpn/launch/other', message({ kind: 'launch' })],
    ['is of another kind', 'feed/jpn/alert/irbm', message({ kind: 'launch' })],
    ['names no country', 'head/japan', { run: 'a', epoch: 1, sequence: 1 }],
    ['is a clock of nobody', 'clock', { status: 'Exercise', state: 'flying' }],
    ['is a clock of endless rate', 'clock', clock(60, { rate: 1e308 })],
    ['is a manifest without a run', 'manifest', { status: 'Exercise' }],
    ['is no feature', 'geo/jpn/irbm', { type: 'Other' }],
  ];
  it.each(HOSTILE)('leaves out and counts what %s', (_, topic, payload) => {
    const heard = listener();
    const before = heard.world;
    heard.hear(topic, payload, true);
    expect(heard.world).toEqual({ ...before, refused: 1 });
  });

  it('ignores levels and kinds that it does not know', () => {
    const heard = listener().hear('weather/jpn', 'rain').hear('state/jpn/weather/x', message({ kind: 'weather', event: 'x' }));
    expect(heard.world.refused).toBe(0);
    expect(country(heard)?.picture.shown.size ?? 0).toBe(0);
  });

  it('has a bound for countries', () => {
    const heard = listener();
    for (let n = 0; n < 60; n++) {
      const code = `a${String.fromCharCode(97 + (n % 26))}${String.fromCharCode(97 + Math.floor(n / 26))}`;
      heard.hear(`head/${code}`, { run: heard.world.clock!.run, epoch: 1, sequence: 1 });
    }
    expect(heard.world.countries.size).toBe(40);
  });
});

describe('the sequence', () => {
  it('tells duplicates and gaps', () => {
    const heard = listener()
      .feed({ kind: 'launch', sequence: 7, data: LAUNCH })
      .feed({ kind: 'launch', sequence: 7, data: LAUNCH })
      .feed({ kind: 'track', sequence: 10, data: track(60) })
      .hear('head/jpn', { run: message({ kind: 'launch' }).run, epoch: 1, sequence: 12, final: true });
    expect(country(heard)).toMatchObject({ sequence: 10, head: 12, final: true });
    expect([...country(heard)!.gaps]).toEqual([8, 9]);
    expect(heard.world.duplicates).toBe(1);
  });

  it('takes what comes after what followed it', () => {
    const heard = listener()
      .feed({ kind: 'launch', sequence: 1, data: LAUNCH })
      .feed({ kind: 'track', n: 3, sequence: 3, seconds: 70, data: track(65) })
      .feed({ kind: 'track', by: 'USA', n: 2, sequence: 2, seconds: 69, data: track(64) });
    expect(country(heard)!.gaps.size).toBe(0);
    expect(country(heard)!.picture.shown.get('launch/irbm')!.reports.has('USA/track')).toBe(true);
    expect(heard.world.duplicates).toBe(0);
  });

  it('tells what was sent while this page was away from gaps of the feed', () => {
    const heard = listener()
      .feed({ kind: 'launch', sequence: 1, data: LAUNCH })
      .feed({ kind: 'track', sequence: 3, data: track(61) });
    heard.world = reconnected(heard.world);
    heard.feed({ kind: 'track', sequence: 6, data: track(64) }).feed({ kind: 'track', sequence: 8, data: track(66) });
    expect([...country(heard)!.unheard]).toEqual([4, 5]);
    expect([...country(heard)!.gaps]).toEqual([2, 7]);
    heard.feed({ kind: 'track', sequence: 5, data: track(63) });
    expect([...country(heard)!.unheard]).toEqual([4]);
    expect(heard.world.duplicates).toBe(0);
  });

  it('takes from the head how far the feed went while it was away, and is not behind for that', () => {
    const heard = listener().feed({ kind: 'launch', sequence: 1, data: LAUNCH });
    heard.world = reconnected(heard.world);
    const head = { run: RUN, epoch: 1, sequence: 2000 };
    heard.hear('head/jpn', head, true);
    expect(country(heard)).toMatchObject({ sequence: 2000, head: 2000, unheardMore: 999, lost: 0 });
    expect(country(heard)!.unheard.size).toBe(1000);
    heard.hear('head/jpn', { ...head, sequence: 2004 });
    expect(country(heard)).toMatchObject({ sequence: 2000, head: 2004 });
  });

  it('has a bound for gaps', () => {
    const heard = listener()
      .feed({ kind: 'launch', sequence: 1, data: LAUNCH })
      .feed({ kind: 'launch', sequence: 999_999_999, n: 2, data: LAUNCH });
    expect(country(heard)).toMatchObject({ lost: 999_999_997 - 1000 });
    expect(country(heard)!.gaps.size).toBe(1000);
  });
});

describe('runs and epochs', () => {
  it('begin with an empty picture', () => {
    const heard = listener().feed({ kind: 'launch', data: LAUNCH }).hear('state/jpn/none', { active: 0 });
    expect(country(heard)!.picture.shown.size).toBe(1);
    heard.hear('clock', clock(10, { epoch: 2 }));
    expect(country(heard)).toMatchObject({ sequence: 0, received: 0, complete: true });
    expect(country(heard)!.picture.shown.size).toBe(0);
    expect(heard.world.log).toHaveLength(0);
    expect(heard.world.jump).toBe(1);
  });

  it('of before do not count any longer', () => {
    const heard = listener(60, { epoch: 3 }).feed({ kind: 'launch', epoch: 2, data: LAUNCH });
    heard.hear('clock', clock(900, { epoch: 2 }));
    expect(heard.world.countries.size).toBe(0);
    expect(heard.world.clock!.epoch).toBe(3);
  });

  it('are known by a message before the clock says so', () => {
    const heard = listener().feed({ kind: 'launch', epoch: 2, seconds: 900, data: LAUNCH });
    expect(heard.world.clock).toMatchObject({ epoch: 2, time: Date.parse(at(900)) });
    expect(country(heard)!.picture.shown.size).toBe(1);
  });

  it('of a foreign run do not get in by a message alone', () => {
    const heard = listener().feed({ kind: 'launch', run: 'zzz', data: LAUNCH });
    expect(heard.world.countries.size).toBe(0);
  });

  it('that speak at once under one name are told', () => {
    const heard = listener();
    heard.hear('clock', clock(5, { run: '00old' }));
    expect(heard.world.rival?.run).toBe('00old');
    expect(heard.world.clock!.run).not.toBe('00old');
  });

  it('that ended leave their last picture', () => {
    const heard = listener().feed({ kind: 'launch', data: LAUNCH }).hear('clock', '');
    expect(heard.world.gone).toBe(true);
    expect(country(heard)!.picture.shown.size).toBe(1);
  });
});

describe('a lost connection', () => {
  it('leaves nothing standing that is not said again, and forgets nothing that is', () => {
    const heard = listener().feed({ kind: 'launch', seconds: 80, data: LAUNCH }).feed({
      kind: 'alert', act: 'alert', event: 'siren', seconds: 90, sequence: 2, data: { areas: [] },
    });
    heard.world = reconnected(heard.world);
    expect(country(heard)!.picture.shown.size).toBe(0);
    heard.state('launch', {
      kind: 'launch', seconds: 200, sequence: 20,
      data: { ...LAUNCH, reports: [{ originator: 'JPN', message: 'irbm.jpn.9', track: track(195) }] },
    });
    const { shown } = country(heard)!.picture;
    expect([...shown.keys()]).toEqual(['launch/irbm']);
    expect(shown.get('launch/irbm')!.known.get('JPN')!.since).toBe(Date.parse(at(80)));
    expect(heard.world.log).toHaveLength(2);
  });
});

describe('the begin of the log', () => {
  it('is when a clock was first heard, also after a jump, and in another run', () => {
    const heard = listener(60);
    heard.hear('clock', clock(70));
    expect(heard.world).toMatchObject({ since: Date.parse(at(60)), why: 'opened' });
    heard.feed({ kind: 'launch', epoch: 2, data: LAUNCH });
    expect(heard.world).toMatchObject({ since: null, why: 'jumped' });
    heard.hear('clock', clock(30, { epoch: 2 })).hear('clock', clock(31, { epoch: 2 }));
    expect(heard.world).toMatchObject({ since: Date.parse(at(30)), why: 'jumped' });
    heard.hear('clock', clock(90, { run: '01m8aq45gbn91kjxkstssvnarz' }));
    expect(heard.world).toMatchObject({ since: Date.parse(at(90)), why: 'found' });
  });
});

describe('what comes before or after its time', () => {
  const wall = (seconds: number): string => `2026-11-26T01:22:${String(seconds).padStart(2, '0')}.000+00:00`;

  it('does not go back to a clock that is delivered again, nor from the end of the run', () => {
    const heard = listener().hear('clock', clock(100, { wall: wall(20) })).hear('clock', clock(90, { wall: wall(10) }));
    expect(heard.world.clock!.position_s).toBe(100);
    heard.hear('clock', '').hear('clock', clock(100, { wall: wall(20) }));
    expect(heard.world.gone).toBe(true);
    heard.hear('clock', clock(101, { wall: wall(21) }));
    expect(heard.world).toMatchObject({ gone: false, clock: { position_s: 101 } });
  });

  it('takes the line of a new epoch also if it comes before its clock', () => {
    const line = (epoch: number): Json => ({
      type: 'Feature',
      id: 'irbm',
      geometry: { type: 'LineString', coordinates: [[126, 40, 0], [127, 41, 9000]] },
      properties: { run: RUN, epoch, time: at(480), lines: [{ originator: 'JPN', from: at(60), seconds: [0, 10] }] },
    });
    const heard = listener().hear('geo/jpn/irbm', line(2)).hear('geo/jpn/irbm', line(1));
    expect(heard.world.clock!.epoch).toBe(2);
    expect(heard.world.features.get('JPN/irbm')).toEqual(line(2));
    heard.hear('clock', clock(480, { epoch: 2 }));
    expect(heard.world.features.size).toBe(1);
  });
});

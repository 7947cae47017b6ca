import { describe, expect, it } from 'vitest';
import { situation, type Situation } from '../../src/situation';
import { LAUNCH, at, clock, impact, listener, track, type Listener } from './made';

const ALERT = {
  issuer: { country: 'JPN', channel: 'J-Alert' },
  headline: { en: 'EXERCISE EXERCISE EXERCISE. Missile launch' },
  areas: [{ name: 'North', point: { type: 'Point', coordinates: [141, 43] } }],
};

function seen(heard: Listener, seconds: number, only: string | null = null): Situation {
  heard.mono += 10_000;
  heard.hear('clock', clock(seconds));
  return situation(heard.world, heard.mono, only)!;
}

/** A launch that two countries saw and told each other; the third knows nothing. */
function flying(): Listener {
  const heard = listener();
  let n = 0;
  for (const to of ['JPN', 'USA']) {
    for (const by of ['JPN', 'USA']) {
      const due = (seconds: number): number => seconds + (by === to ? 0 : 1);
      const given = { by, to, more: { releasableto: by === 'JPN' ? 'USA, JPN' : 'USA, JPN, KOR', expires: at(150) } };
      heard.feed({ ...given, kind: 'launch', act: 'alert', seconds: 80, due: due(80), sequence: ++n, data: LAUNCH });
      heard.feed({ ...given, kind: 'track', n: 2, seconds: 120, due: due(120), sequence: ++n, data: track(by === to ? 115 : 110, 131) });
      heard.feed({ ...given, kind: 'impact', n: 3, seconds: 121, due: due(121), sequence: ++n, data: impact(by === 'JPN' ? 90_000 : 150_000) });
    }
  }
  return heard;
}

describe('what is in the air', () => {
  it('has a phase, the freshest position, and the time left to the predicted impact', () => {
    const { launches } = seen(flying(), 125);
    expect(launches).toHaveLength(1);
    expect(launches[0]).toMatchObject({
      active: true,
      phase: 'tracked',
      siteName: 'Mupyong-ni',
      position: { age: 10_000, fresh: true, altitude_m: 200_000 },
      impact: { left: 1_195_000, radius_m: 90_000, originator: 'JPN', observed: false },
    });
  });

  it('is, of what was measured at one moment, by the surest, whoever was heard first', () => {
    for (const order of [['JPN', 'USA'], ['USA', 'JPN']]) {
      const heard = listener();
      order.forEach((by, n) => {
        const sure = { ...track(110), quality: { error_m: by === 'USA' ? 200 : 900 } };
        heard.feed({ kind: 'track', by, n: 2, seconds: 110, sequence: 2 * n + 1, data: sure });
        heard.feed({ kind: 'impact', by, n: 3, seconds: 111, sequence: 2 * n + 2, data: impact(by === 'JPN' ? 8000 : 9000) });
      });
      const [launch] = seen(heard, 115).launches;
      expect([launch!.position!.originator, launch!.impact!.originator]).toEqual(['USA', 'USA']);
    }
  });

  it('goes stale by the age of its measurement, and is then lost from sight', () => {
    const [launch] = seen(flying(), 160).launches;
    expect(launch).toMatchObject({ phase: 'lost', position: { fresh: false, age: 45_000 } });
    expect(launch!.knowers[0]!.sources[0]).toMatchObject({ freshness: 'stale' });
  });

  it('tells of the past if all that stands was long under way, unless an impact is ahead', () => {
    const joined = (more: object): Situation => {
      const told = [{ originator: 'KOR', since: at(2628), time: at(80), path: 'KOR>JPN', arrangement: 'gsomia-2016' }];
      const reports = [{ originator: 'KOR', message: 'irbm.kor.1', state: 'detected', ...more }];
      const given = { kind: 'launch', by: 'KOR', seconds: 2628, sequence: 9, data: { ...LAUNCH, reports }, more: { heard: told } };
      return situation(listener(2629).state('launch', given).world, 0)!;
    };
    const { launches, past } = joined({});
    expect(launches).toHaveLength(0);
    expect(past[0]!.knowers[0]!.sources[0]).toMatchObject({ late: true, freshness: 'late' });
    const ahead = joined({ impact: { ...impact(), time: at(4000) } });
    expect(ahead.launches[0]!.knowers[0]!.sources[0]).toMatchObject({ late: false });
  });

  it('is over when its predicted impact is long past and nobody sees it', () => {
    const { launches, past } = seen(flying(), 1320 + 200);
    expect(launches).toHaveLength(0);
    expect(past[0]).toMatchObject({ active: false, phase: 'passed' });
  });

  it('came down where it was observed', () => {
    const heard = flying().feed({
      kind: 'impact', by: 'JPN', n: 9, seconds: 1330, sequence: 50, data: { ...impact(3000), state: 'observed' },
    });
    expect(seen(heard, 1335).launches[0]).toMatchObject({ phase: 'down', impact: { observed: true } });
  });
});

describe('who knows', () => {
  it('says since when, through whom, and what is not known', () => {
    const [launch] = seen(flying(), 125).launches;
    const [jpn, kor] = launch!.knowers;
    expect(jpn).toMatchObject({ code: 'JPN', knows: true, since: Date.parse(at(80)) });
    expect(jpn!.sources.map(({ originator, own, path }) => [originator, own, path.join('>')])).toEqual([
      ['JPN', true, 'JPN'],
      ['USA', false, 'USA>JPN'],
    ]);
    expect(kor).toMatchObject({
      code: 'KOR',
      knows: false,
      lacks: [
        { originator: 'JPN', why: 'not-released' },
        { originator: 'USA', why: 'not-yet' },
      ],
    });
  });

  it('tells what comes after the event was over here as late', () => {
    const heard = flying();
    for (const by of ['JPN', 'USA']) {
      heard.feed({ kind: 'launch', act: 'all-clear', by, n: 9, seconds: 900, sequence: by === 'JPN' ? 60 : 61 });
      heard.feed({ kind: 'launch', act: 'all-clear', by, to: 'USA', n: 9, seconds: 900, sequence: by === 'JPN' ? 60 : 61 });
    }
    heard.feed({ kind: 'launch', act: 'alert', by: 'KOR', seconds: 75, due: 2600, sequence: 70, data: LAUNCH });
    const { launches, past } = seen(heard, 2600);
    expect(launches).toHaveLength(0);
    expect(past[0]!.knowers[0]!.sources.find(({ originator }) => originator === 'KOR')).toMatchObject({
      freshness: 'late',
      late: true,
    });
  });

  it('shows one country alone as it would see it', () => {
    const alone = seen(flying(), 125, 'KOR');
    expect(alone.codes).toEqual(['KOR']);
    expect(alone.launches).toHaveLength(0);
  });
});

describe('what people have been told', () => {
  const warned = (): Listener =>
    listener().feed({ kind: 'alert', act: 'alert', event: 'siren', seconds: 300, sequence: 1, data: ALERT });

  it('is on, where, since when', () => {
    expect(seen(warned(), 360).alerts[0]).toMatchObject({
      on: true, stood: 60_000, country: 'JPN', areas: [{ name: 'North', at: [141, 43] }], fresh: true,
    });
  });

  it('is on since its first word, of which who comes late hears with its newest', () => {
    const heard = [{ originator: 'JPN', since: at(300), time: at(900), path: 'JPN', arrangement: 'own' }];
    const given = { kind: 'alert', act: 'all-clear', event: 'siren', n: 2, seconds: 900, data: ALERT, more: { heard } };
    const alert = situation(listener(960).state('alert', given).world, 0)!.alerts[0];
    expect(alert).toMatchObject({ on: true, since: Date.parse(at(300)), stood: 660_000 });
  });

  it('was withdrawn for a reason after it had stood so long', () => {
    const heard = warned().feed({
      kind: 'alert', act: 'cancel', event: 'siren', n: 2, seconds: 420, sequence: 2, data: { reason: 'wrong-area' },
    });
    expect(seen(heard, 1000).alerts[0]).toMatchObject({
      on: false, stood: 120_000, over: { act: 'cancel', reason: 'wrong-area' },
    });
  });

  it('expires by itself', () => {
    const heard = listener().feed({
      kind: 'alert', act: 'alert', event: 'siren', seconds: 300, sequence: 1, data: ALERT, more: { expires: at(400) },
    });
    expect(seen(heard, 399).alerts[0]!.on).toBe(true);
    expect(seen(heard, 400).alerts[0]).toMatchObject({ on: false, over: { reason: 'expired' } });
  });
});

describe('the clock', () => {
  it('runs on between its words, is silent after three seconds, and never runs away', () => {
    const heard = listener(100);
    expect(situation(heard.world, 1500)).toMatchObject({ now: Date.parse(at(115)), silent: 0 });
    expect(situation(heard.world, 9000)).toMatchObject({ now: Date.parse(at(130)), silent: 9000 });
  });

  it('stands still while paused', () => {
    const heard = listener(100, { state: 'paused' });
    expect(situation(heard.world, 9000)).toMatchObject({ now: Date.parse(at(100)), silent: 0 });
  });

  it('is needed', () => {
    const heard = listener();
    expect(situation({ ...heard.world, clock: null }, 0)).toBeNull();
  });
});

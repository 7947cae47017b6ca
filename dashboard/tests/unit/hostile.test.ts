/** What nobody honest sends: messages of the contract with anything in some of their members. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { landOf } from '../../src/land';
import { drawn } from '../../src/map/features';
import { planned } from '../../src/planned';
import { isRecord, type Json } from '../../src/read';
import { situation } from '../../src/situation';
import { about, clockTime, date, headline, LANGUAGES, said, siteOf, span, vehicle, type Language } from '../../src/words';
import { RUN, LAUNCH, MANIFEST, Listener, at, clock, impact, message, track } from './made';

type Step = readonly [topic: string, payload: Json];

const ALERT: Json = {
  headline: { en: 'Take cover', ja: '避難' },
  areas: [{ name: 'North', point: { type: 'Point', coordinates: [141, 41] } }, { name: 'South' }],
  channel: 'Siren',
};
const FEATURE: Json = {
  type: 'Feature',
  geometry: { type: 'LineString', coordinates: [[126, 40, 0], [130, 40, 1e5]] },
  properties: { run: RUN, epoch: 1, time: at(60), lines: [{ originator: 'JPN', from: at(30), seconds: [0, 30] }] },
};
const REPORTS: Json = {
  ...LAUNCH,
  reports: [{ originator: 'JPN', message: 'irbm.jpn.1', state: 'tracked', track: track(50), impact: impact() }],
};
const HEARD: Json = {
  heard: [{ originator: 'JPN', since: at(40), time: at(30), path: 'JPN', arrangement: 'own', releasableto: 'JPN, USA' }],
};
/** Every topic, in an order in which it means something. */
const STORY: readonly Step[] = [
  ['manifest', MANIFEST],
  ['clock', clock(60)],
  ['state/jpn/launch/irbm', message({ kind: 'launch', data: REPORTS, more: HEARD })],
  ['geo/jpn/irbm', FEATURE],
  ['feed/jpn/launch/irbm', message({ kind: 'launch', act: 'alert', data: LAUNCH, sequence: 2 })],
  ['feed/jpn/track/irbm', message({ kind: 'track', data: track(60), sequence: 3, n: 3, more: { expires: at(90) } })],
  ['feed/jpn/impact/irbm', message({ kind: 'impact', data: impact(), sequence: 4, n: 4 })],
  ['feed/jpn/alert/siren', message({ kind: 'alert', event: 'siren', act: 'alert', data: ALERT, sequence: 5, n: 5 })],
  ['feed/jpn/meeting/talks', message({ kind: 'meeting', event: 'talks', data: { state: 'planned', title: { en: 'Talks' } }, sequence: 6, n: 6 })],
  ['feed/jpn/agreement/accord', message({ kind: 'agreement', event: 'accord', data: { state: 'ended', title: 'Accord' }, sequence: 7, n: 7 })],
  ['feed/jpn/statement/word', message({ kind: 'statement', event: 'word', data: { speaker: 'A', text: { en: 'x' } }, sequence: 8, n: 8 })],
  ['feed/jpn/incident/shots', message({ kind: 'incident', event: 'shots', data: { title: { en: 'x' } }, sequence: 9, n: 9 })],
  [
    'feed/jpn/alert/siren',
    message({ kind: 'alert', event: 'siren', act: 'cancel', data: { reason: 'false-alarm', remaining: [{ name: 'South' }] }, sequence: 10, n: 10, more: { references: 'siren.jpn.1' } }),
  ],
  ['feed/jpn/launch/irbm', message({ kind: 'launch', act: 'all-clear', data: { reason: 'down' }, sequence: 11, n: 11 })],
  ['head/jpn', { run: RUN, epoch: 1, sequence: 12, final: true }],
  ['state/jpn/none', { status: 'Exercise', run: RUN, recipient: 'JPN', active: 0 }],
];
const STATUS: Json = {
  events: [{ event: 'talks', kind: 'meeting', at: at(90), title: { en: 'Talks' } }],
  held: ['talks'], fired: ['irbm'], skipped: [], until: at(99), loop: null,
  faults: [{ name: 'late', fault: 'delay', hit: 3, country: ['JPN'] }],
  staff: { notes: [{ at: at(30), note: 'Look.' }] },
  receivers: [{ country: 'JPN', client: 'jpn', online: true, behind: 3, missing: 0 }],
  next: { message: 'talks.jpn.1', due: at(91) },
};

/** Words that are members of everything in JavaScript, or obeyed somewhere; numbers without measure. */
const STRANGE: readonly unknown[] = [
  ...['constructor', '__proto__', 'valueof', 'toString', '', ' ', 'x'.repeat(5000), '<img src=x>', '\u202e\u0000'],
  ...['0001-01-01T00:00:00+14:00', '9999-12-31T23:59:59.999-14:00', '2023-12-19', 'JPN', 'held', 'detected'],
  ...[null, true, 0, -1, 1e308, -1e308, Number.MAX_SAFE_INTEGER, 1e-320, [], {}, [[]], [null], { en: 5 }],
  ...[{ toString: 1, valueOf: 1 }, { length: 5 }, Array.from({ length: 300 }, () => 0), { en: 'constructor' }],
];
const strange = fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...STRANGE) }, fc.jsonValue({ maxDepth: 3 }));

/** Every member of a value, wherever it is, and what it is a member of. */
function members(box: unknown): [Json, string][] {
  if (typeof box !== 'object' || box === null) return [];
  const inner = box as Json;
  return Object.keys(inner).flatMap((key): [Json, string][] => [[inner, key], ...members(inner[key])]);
}

/** A value with some of its members, wherever they are, in the place of which something else is. */
function damaged(value: Json, damage: readonly (readonly [number, unknown])[]): Json {
  const root = structuredClone(value);
  for (const [which, other] of damage) {
    const places = members(root);
    const [box, key] = places[which % Math.max(places.length, 1)] ?? [root, 'x'];
    Object.defineProperty(box, key, { value: structuredClone(other), enumerable: true, configurable: true, writable: true });
  }
  return root;
}

const damage = fc.array(fc.tuple(fc.nat(500), strange), { minLength: 1, maxLength: 3 });
const steps = fc.array(
  fc.record({ step: fc.nat(STORY.length - 1), damage, kind: fc.option(fc.constantFrom('constructor', 'track', 'alert'), { freq: 6 }) }),
  { minLength: 1, maxLength: 6 },
);

function texts(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(texts);
}

function numbers(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return Array.isArray(value) || isRecord(value) ? Object.values(value).flatMap(numbers) : [];
}

/** Everything that is worked out from a world can be, and says nothing of the language it is written in. */
function look(heard: Listener): void {
  for (const later of [0, 3_600_000]) {
    const seen = situation(heard.world, heard.mono + later);
    if (!seen) continue;
    // What is listed twice under one name is shown wrongly, or not at all.
    for (const names of [
      seen.log.map(({ id }) => id),
      [...seen.launches, ...seen.past].map(({ event }) => event),
      seen.alerts.map(({ event }) => event),
      seen.standing.map(({ kind, event }) => `${kind}/${event}`),
    ]) {
      expect(new Set(names).size).toBe(names.length);
    }
    const { heads, tails, areas } = drawn(seen, landOf(null), true);
    expect(numbers([heads, tails, areas]).every(Number.isFinite)).toBe(true);
    for (const language of Object.keys(LANGUAGES) as Language[]) {
      const { words } = LANGUAGES[language];
      const shown = [
        ...seen.log.flatMap((row) => [headline(row.kind, row.data, words, language), words.kinds[row.kind] ?? row.kind]),
        ...[...seen.launches, ...seen.past].flatMap(({ data }) => [vehicle(data, words), siteOf(data, words, language)]),
        ...seen.standing.map(({ kind, data }) => headline(kind, data, words, language)),
        ...seen.alerts.flatMap(({ data, areas: where, history, stood }) => [
          headline('alert', data, words, language),
          ...where.map(({ name }) => name),
          ...history.map(({ reason }) => (reason ? (words.reasons[reason] ?? reason) : '')),
          said(data.text, language) ?? '',
          about(stood, language),
        ]),
        ...[seen.now, ...seen.log.map(({ time }) => time)].flatMap((each) => [
          clockTime(each, seen.offset), date(each, seen.offset, language), span(each - seen.begins),
        ]),
      ];
      for (const each of shown) {
        expect(typeof each).toBe('string');
        expect(each).not.toMatch(/native code|\[object|NaN|undefined/);
      }
    }
  }
}

describe('a page', () => {
  it('reads its story when nothing is damaged', () => {
    const heard = new Listener();
    for (const [topic, payload] of STORY) heard.hear(topic, payload);
    look(heard);
    expect(heard.world.refused).toBe(0);
    expect(heard.world.log.length).toBeGreaterThan(8);
  });

  it('reads on with every strange value in every member, one by one', () => {
    const before = new Listener();
    for (const [topic, payload] of STORY.slice(0, 4)) before.hear(topic, payload);
    for (const [topic, payload] of STORY) {
      for (const which of members(payload).keys()) {
        for (const value of STRANGE) {
          const heard = new Listener();
          heard.world = before.world;
          heard.hear(topic, damaged(payload, [[which, value]]));
          expect(situation(heard.world, 0)).not.toBeNull();
        }
      }
    }
  }, 60_000);

  it('reads on whatever stands in the members of what it hears', () => {
    fc.assert(
      fc.property(steps, (all) => {
        const heard = new Listener();
        for (const [topic, payload] of STORY.slice(0, 4)) heard.hear(topic, payload);
        for (const { step, damage: done, kind } of all) {
          const [topic, payload] = STORY[step]!;
          const levels = topic.split('/');
          const typed = kind && levels[0] === 'feed' ? { ...payload, type: `exercise.${kind}.update.v1` } : payload;
          const where = typed === payload ? topic : [levels[0], levels[1], kind, levels[3]].join('/');
          heard.mono += 700;
          heard.hear(where, damaged(typed, done), step % 3 === 0);
          look(heard);
        }
        for (const [topic, payload] of STORY) heard.hear(topic, payload);
        look(heard);
      }),
      { numRuns: 100 },
    );
  }, 60_000);

  it('reads whatever a player tells its operator', () => {
    fc.assert(
      fc.property(damage, (done) => {
        const told = planned(damaged(STATUS, done));
        for (const each of texts(told)) expect(each).not.toMatch(/native code|\[object/);
        for (const { data } of told.events) headline('meeting', data, LANGUAGES.en.words, 'en');
      }),
      { numRuns: 300 },
    );
  }, 60_000);
});

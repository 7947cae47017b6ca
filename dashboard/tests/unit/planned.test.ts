import { describe, expect, it } from 'vitest';
import { planned, withPlanned } from '../../src/planned';
import { reading, written } from '../../src/inject';

const AT = '2022-10-04T07:30:00+09:00';

describe('what the player tells an operator', () => {
  it('is read with what is held, in the way and reminded of', () => {
    const told = planned({
      held: ['jalert'],
      fired: ['early'], skipped: ['never'],
      events: [{ event: 'jalert', kind: 'alert', at: AT }, { event: 'early', at: AT }, { event: 'never', at: AT }, { event: '<b>', kind: 'alert', at: AT }, { event: 'x', at: 'soon' }, 7],
      faults: [{ name: 'fault-1', fault: 'drop', hit: 3, country: ['JPN'] }, { fault: 'nameless' }],
      staff: { notes: [{ at: AT, note: 'Call the press room.' }] },
      receivers: [{ country: 'JPN', client: 'jpn', online: true, behind: 2, missing: 1 }, { country: 'JPN' }],
      next: { due: AT, message: 'jalert.jpn.1' },
      loop: { begin: AT, end: AT },
    });
    expect(told.events.map(({ event, held, done }) => [event, held, done])).toEqual([
      ['jalert', true, null], ['early', false, 'fired'], ['never', false, 'skipped'],
    ]);
    expect(told.faults).toEqual([{ name: 'fault-1', kind: 'drop', hit: 3, details: 'country: JPN' }]);
    expect(told.notes).toEqual([{ at: Date.parse(AT), text: 'Call the press room.' }]);
    expect(told.receivers).toEqual([{ country: 'JPN', client: 'jpn', online: true, behind: 2, missing: 1 }]);
    expect([told.loops, told.until, told.next?.message]).toEqual([true, null, 'jalert.jpn.1']);
  });
  it('is empty where nothing is told, and never an error', () => {
    for (const odd of [{}, { events: 'x', held: 7, faults: null, staff: [], receivers: {}, next: 'x' }]) {
      expect(planned(odd)).toEqual({ events: [], held: [], faults: [], notes: [], receivers: [], next: null, until: null, loops: false });
    }
  });
  it('is on the time line once', () => {
    const known = { event: 'a', kind: 'alert', at: 2, data: {} };
    const more = { event: 'b', kind: 'alert', at: 1, data: {}, held: false, done: null };
    expect(withPlanned([known] as never, [{ ...more, event: 'a' }, more]).map(({ event }) => event)).toEqual(['b', 'a']);
  });
});

describe('what an operator adds', () => {
  it('is an event of its kind', () => {
    const form = { country: 'JPN', text: ' Take cover. ', areas: 'North, South、East ,' };
    expect(written({ ...form, kind: 'alert' }, 'added-1', 'en')).toEqual({
      alert: 'added-1', issuer: { country: 'JPN', authority: 'Exercise control, JPN', channel: 'Exercise control' },
      areas: ['North', 'South', 'East'], text: { en: 'Take cover.' },
    });
    expect(written({ ...form, kind: 'incident' }, 'added-2', 'ja')).toMatchObject({ incident: 'added-2', originator: 'JPN' });
    expect(written({ ...form, kind: 'statement' }, 'added-3', 'ko')).toMatchObject({ statement: 'added-3', text: { ko: 'Take cover.' } });
  });
  it('is read from a text, or refused with why', () => {
    expect(reading('{"incident": "x"}')).toEqual({ events: [{ incident: 'x' }] });
    expect(reading('{"events": [{"alert": "x"}]}')).toEqual({ events: [{ alert: 'x' }] });
    expect(reading('incident: x')).toEqual({ problem: 'json' });
    for (const none of ['[]', '7', 'null', '[7]', '{"events": []}']) expect(reading(none)).toEqual({ problem: 'events' });
    expect(reading('[' + ' '.repeat(30_000) + ']')).toEqual({ problem: 'long' });
  });
});

import { expect, it } from 'vitest';
import { POSITIONS } from '../../src/log';
import { LAUNCH, at, listener, track } from './made';

it('has one row a report, with everybody who got it', () => {
  const heard = listener();
  for (const to of ['JPN', 'USA', 'KOR']) heard.feed({ kind: 'launch', by: 'USA', to, due: 61, data: LAUNCH });
  expect(heard.world.log).toHaveLength(1);
  expect(heard.world.log[0]!.got.map(({ country }) => country)).toEqual(['JPN', 'USA', 'KOR']);
});

it('is bounded, and positions do not drive out the rest', () => {
  const heard = listener().feed({ kind: 'launch', sequence: 1, event: 'first', data: LAUNCH });
  for (let n = 2; n < 400; n++) heard.feed({ kind: 'track', n, sequence: n, data: track(n) });
  expect(heard.world.log.filter(({ kind }) => POSITIONS.has(kind))).toHaveLength(150);
  expect(heard.world.log[0]!.event).toBe('first');
  for (let n = 400; n < 1000; n++) heard.feed({ kind: 'statement', n, sequence: n, event: 'said' });
  expect(heard.world.log.filter(({ kind }) => !POSITIONS.has(kind))).toHaveLength(500);
});

it('tells anew what somebody gets much later', () => {
  const heard = listener()
    .feed({ kind: 'launch', by: 'KOR', to: 'KOR', seconds: 60, data: LAUNCH })
    .feed({ kind: 'launch', by: 'KOR', to: 'USA', seconds: 60, due: 61, data: LAUNCH })
    .feed({ kind: 'launch', by: 'KOR', to: 'JPN', seconds: 60, due: 2600, data: LAUNCH });
  expect(heard.world.log.map(({ got }) => got.map(({ country }) => country))).toEqual([['KOR', 'USA'], ['JPN']]);
  expect(new Set(heard.world.log.map(({ id }) => id)).size).toBe(2);
});

it('never gives a place twice, however often a report is told', () => {
  const heard = listener();
  for (let n = 0; n < 450; n++) heard.feed({ kind: 'statement', n: n % 225, sequence: n + 1, event: 'said' });
  const ids = heard.world.log.map(({ id }) => id);
  expect(ids).toHaveLength(450);
  expect(new Set(ids).size).toBe(ids.length);
});

it('does not tell again what stands, once a connection is back', () => {
  const data = { areas: [{ name: 'Aomori' }] };
  const told = [{ originator: 'JPN', since: at(420), path: 'JPN', arrangement: 'public', time: at(420) }];
  const heard = listener(430).feed({ kind: 'alert', act: 'alert', event: 'siren', seconds: 420, data });
  heard.state('alert', { kind: 'alert', event: 'siren', seconds: 420, data, more: { heard: told } });
  expect(heard.world.log).toHaveLength(1);
  expect(listener(430).state('alert', { kind: 'alert', event: 'siren', seconds: 420, data, more: { heard: told } }).world.log).toHaveLength(1);
});

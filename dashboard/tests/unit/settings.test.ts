import { describe, expect, it } from 'vitest';
import { written, login, settings, websocket } from '../../src/settings';

const page = new URL('http://127.0.0.1:8084/');
const none = (): null => null;

describe('how the page was opened', () => {
  it('says whose screen, which exercise, which language', () => {
    const asked = new URL('?country=jpn&exercise=snow-goose&lang=ko&theme=dark', page);
    expect(settings(asked, '{"broker":"/mqtt"}', none, ['fr-FR', 'ja-JP'])).toEqual({
      broker: 'ws://127.0.0.1:8084/mqtt', exercise: 'snow-goose', country: 'JPN', language: 'ko', theme: 'dark',
    });
  });
  it('leaves out what makes no sense', () => {
    const asked = new URL('?country=<b>&exercise=a/%23&lang=xx&theme=pink&broker=javascript:alert(1)', page);
    expect(settings(asked, 'nonsense', none, ['ja-JP'])).toEqual({
      broker: null, exercise: null, country: null, language: 'ja', theme: 'system',
    });
  });
  it('names a broker beside the page or elsewhere', () => {
    expect(websocket('ws://broker:8083/mqtt', page)).toBe('ws://broker:8083/mqtt');
    expect(websocket('mqtt', new URL('https://a.example/x/'))).toBe('wss://a.example/x/mqtt');
    expect(websocket('file:///etc', page)).toBeNull();
  });
  it('may carry a log-in that no server sees', () => {
    expect(login('#operator=a%2Fb')).toEqual({ user: 'operator', password: 'a/b' });
    for (const bad of ['', '#operator', '#=x', '#a=%']) expect(login(bad)).toBeNull();
  });
});

describe('a log-in', () => {
  it('is read as it was written, whatever is in it', () => {
    for (const password of ['plain', 'a=b#c d%&', '日本']) {
      expect(login(written('operator', password))).toEqual({ user: 'operator', password });
    }
  });
});

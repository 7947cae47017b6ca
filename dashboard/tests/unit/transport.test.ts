import { describe, expect, it } from 'vitest';
import { allowed, answer, request, seek } from '../../src/transport';

describe('what an operator asks', () => {
  it('is written as the contract has it', () => {
    expect(JSON.parse(request('a-1', 'feed-page-a', { do: 'rate', rate: 'max' }))).toEqual({
      id: 'a-1', client: 'feed-page-a', do: 'rate', rate: 'max',
    });
    expect(seek(1_000_000, 2.5)).toEqual({ do: 'seek', to: '1970-01-01T00:16:42.500+00:00' });
  });
  it('is offered only where it means something', () => {
    expect(allowed('playing', 'pause')).toBe(true);
    expect(allowed('playing', 'step')).toBe(false);
    expect(allowed('ended', 'play')).toBe(false);
    expect(allowed('ended', 'seek')).toBe(true);
    expect(allowed('gone', 'seek')).toBe(false);
    expect(allowed('paused', 'hold')).toBe(true);
    expect(allowed('ended', 'fire')).toBe(false);
  });
  it('is answered with a word, or with why not', () => {
    expect(answer('{"id": "a-1", "state": "paused"}')).toEqual({ id: 'a-1', error: null, status: null });
    expect(answer('{"id": "a-1", "error": "the run has ended"}')).toEqual({ id: 'a-1', error: 'the run has ended', status: null });
    expect(answer('nonsense')).toBeNull();
  });
});

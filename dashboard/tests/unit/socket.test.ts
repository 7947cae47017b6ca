import { afterEach, describe, expect, it, vi } from 'vitest';

class Line {
  static readonly OPEN = 1;
  readyState = 0;
  readonly said: unknown[] = [];
  send(data: unknown): void {
    this.said.push(data);
  }
}

afterEach(() => vi.unstubAllGlobals());

describe('the socket', () => {
  it('sends while it is open, and nothing into a connection that is being closed', async () => {
    vi.stubGlobal('WebSocket', Line);
    const { Socket } = await import('../../src/socket');
    const line = new Socket('ws://broker.example') as unknown as Line;
    for (const state of [0, 1, 2, 3]) {
      line.readyState = state;
      line.send(state);
    }
    expect(line.said).toEqual([1]);
  });
});

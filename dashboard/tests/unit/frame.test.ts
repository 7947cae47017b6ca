import { expect, it } from 'vitest';
import { again } from '../../src/frame';

it('lets a fast machine draw as often as asked, and a slow one rest', () => {
  expect(again(1000, 20, 100)).toBe(1100);
  expect(again(1000, 200, 100)).toBe(1800);
  expect(again(1000, 5000, 100)).toBe(8000);
});

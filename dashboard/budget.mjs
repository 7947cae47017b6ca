/** Compresses every built file, and fails if together they are larger than the limit. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';

const LIMIT = 600_000;
const folder = process.env.FEED_PAGE ?? '../feed/web/page';
const sizes = readdirSync(folder, { recursive: true, withFileTypes: true })
  .filter((each) => each.isFile() && !each.name.endsWith('.br'))
  .map((each) => {
    const path = join(each.parentPath, each.name);
    const compressed = brotliCompressSync(readFileSync(path));
    writeFileSync(`${path}.br`, compressed);
    return [compressed.length, each.name];
  })
  .sort((one, other) => other[0] - one[0]);
const total = sizes.reduce((sum, [size]) => sum + size, 0);
console.log(`${Math.round(total / 1000)} of ${LIMIT / 1000} kB compressed; the largest:`);
for (const [size, name] of sizes.slice(0, 5)) console.log(`  ${Math.round(size / 1000)} kB ${name}`);
if (total > LIMIT) {
  console.error('the page is too large: take something out, or raise the limit on purpose');
  process.exit(1);
}

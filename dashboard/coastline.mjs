/** A Vite plugin: the packaged coastlines as a small GeoJSON file beside the page. */
import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';

const TOLERANCE = 12;
const SMALLEST = 24;
const HUNDREDTHS = 100;

/** The coastlines of a file, thinned to what a map of half the world can show. */
export function coastline(path) {
  const file = 'coastline.json';
  const json = () => JSON.stringify(feature(new URL(path, import.meta.url)));
  return {
    name: 'coastline',
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: file, source: json() });
    },
    configureServer(server) {
      server.middlewares.use(`/${file}`, (_, answer) => answer.end(json()));
    },
  };
}

function feature(url) {
  const zip = readFileSync(url);
  const points = array(entry(zip, 'points.npy'), Int16Array);
  const starts = array(entry(zip, 'starts.npy'), Int32Array);
  const rings = [];
  for (let ring = 0; ring + 1 < starts.length; ring++) {
    const line = [];
    let turn = 0;
    for (let index = starts[ring]; index < starts[ring + 1]; index++) {
      const lon = points[2 * index];
      const before = line.at(-1);
      // A ring that crosses the antimeridian jumps there; unwrapped, it goes on.
      if (before && Math.abs(lon + turn - before[0]) > 18000) turn += lon + turn > before[0] ? -36000 : 36000;
      line.push([lon + turn, points[2 * index + 1]]);
    }
    const kept = thinned(line);
    if (kept.length >= 4) rings.push(kept.map(([lon, lat]) => [lon / HUNDREDTHS, lat / HUNDREDTHS]));
  }
  return { type: 'MultiPolygon', coordinates: nested(rings) };
}

/** A ring without what is smaller than the map can show; lines are thinned by Douglas and Peucker. */
function thinned(line) {
  const [lons, lats] = [line.map((each) => each[0]), line.map((each) => each[1])];
  const size = Math.max(Math.max(...lons) - Math.min(...lons), Math.max(...lats) - Math.min(...lats));
  if (size < SMALLEST) return [];
  const keep = new Uint8Array(line.length);
  const far = Math.floor(line.length / 2);
  keep[0] = keep[far] = keep[line.length - 1] = 1;
  const spans = [[0, far], [far, line.length - 1]];
  while (spans.length > 0) {
    const [from, to] = spans.pop();
    const [x, y] = [line[to][0] - line[from][0], line[to][1] - line[from][1]];
    const length = Math.hypot(x, y) || 1;
    let [most, at] = [TOLERANCE, -1];
    for (let index = from + 1; index < to; index++) {
      const away = Math.abs(x * (line[index][1] - line[from][1]) - y * (line[index][0] - line[from][0])) / length;
      if (away > most) [most, at] = [away, index];
    }
    if (at < 0) continue;
    keep[at] = 1;
    spans.push([from, at], [at, to]);
  }
  return line.filter((_, index) => keep[index]);
}

/** Polygons: rings that lie in another one are its lakes. */
function nested(rings) {
  const area = (ring) => Math.abs(ring.reduce((sum, [x, y], i) => {
    const [nx, ny] = ring[(i + 1) % ring.length];
    return sum + x * ny - nx * y;
  }, 0));
  const polygons = [];
  for (const ring of [...rings].sort((one, other) => area(other) - area(one))) {
    const around = polygons.find(([outer]) => inside(ring[0], outer));
    if (around) around.push(ring);
    else polygons.push([ring]);
  }
  return polygons;
}

function inside([x, y], ring) {
  let within = false;
  for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
    const [[xi, yi], [xj, yj]] = [ring[i], ring[j]];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) within = !within;
  }
  return within;
}

/** One member of a zip file (deflated or stored, without the extensions that NumPy does not write). */
function entry(zip, name) {
  const end = zip.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, size] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 20)];
    const [named, extra, note] = [zip.readUInt16LE(at + 28), zip.readUInt16LE(at + 30), zip.readUInt16LE(at + 32)];
    if (zip.toString('utf8', at + 46, at + 46 + named) === name) {
      const local = zip.readUInt32LE(at + 42);
      const data = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const bytes = zip.subarray(data, data + size);
      return method === 0 ? bytes : inflateRawSync(bytes);
    }
    at += 46 + named + extra + note;
  }
  throw new Error(`${name} is not in the file`);
}

/** The numbers of a .npy file. */
function array(npy, Kind) {
  const header = npy[6] === 1 ? 10 + npy.readUInt16LE(8) : 12 + npy.readUInt32LE(8);
  const bytes = new Uint8Array(npy.subarray(header));
  return new Kind(bytes.buffer, 0, Math.floor(bytes.byteLength / Kind.BYTES_PER_ELEMENT));
}

// Other people's JavaScript on the feed and its exports: what each of them complains of.
//
//     node check.mjs FOLDER    for each folder in it: messages.jsonl, jpn.geojson, jpn.cot, jpn.tak,
//                              jpn.czml (those that are there), and asyncapi.json beside them
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Parser } from "@asyncapi/parser";
import geojsonhint from "@mapbox/geojsonhint";
import { CoTParser } from "@tak-ps/node-cot";
import Ajv from "ajv/dist/2020.js";
import { HTTP } from "cloudevents";

// Cesium asks whether a value is one of these, and needs nothing else of a browser to load.
for (const name of ["Image", "HTMLCanvasElement", "HTMLImageElement", "HTMLVideoElement", "ImageBitmap",
  "OffscreenCanvas"]) globalThis[name] ??= class {};
const { CzmlDataSource, JulianDate } = createRequire(import.meta.url)("cesium");

const folder = process.argv[2];
const said = {};

/** Note how a stranger took one thing: it throws, or names what is wrong, or is content. */
async function ask(stranger, where, look) {
  const found = (said[stranger] ??= { taken: 0, complaints: [] });
  try {
    const wrong = await look();
    if (wrong) throw new Error(wrong);
    found.taken += 1;
  } catch (error) {
    if (found.complaints.length < 20) found.complaints.push(`${where}: ${error.message}`);
  }
}

const lines = (path) => readFileSync(path, "utf8").split("\n").filter(Boolean);

/** The messages of a TAK stream: 0xBF, the length as a varint, the bytes. */
function* frames(bytes) {
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at++] !== 0xbf) throw new Error(`no header at ${at - 1}`);
    let length = 0;
    for (let shift = 0, byte = 0x80; byte & 0x80; shift += 7) {
      byte = bytes[at++];
      length |= (byte & 0x7f) << shift;
    }
    yield bytes.subarray(at, (at += length));
  }
}

const { document, diagnostics } = await new Parser().parse(readFileSync(join(folder, "asyncapi.json"), "utf8"));
const ajv = new Ajv({ strict: false, validateFormats: false });
const checks = {};
await ask("asyncapi", "asyncapi.json", () => {
  const worse = diagnostics.filter((each) => each.severity <= 1);
  if (!document || worse.length) return JSON.stringify(worse);
  for (const channel of document.allChannels().all()) {
    const [message] = channel.messages().all();
    checks[channel.id()] = ajv.compile(message.payload().json());
  }
});

const isMarked = (text) => String(text).startsWith("EXERCISE");

for (const name of readdirSync(folder).filter((each) => statSync(join(folder, each)).isDirectory())) {
  const there = (file) => (existsSync(join(folder, name, file)) ? join(folder, name, file) : undefined);
  for (const line of there("messages.jsonl") ? lines(there("messages.jsonl")) : []) {
    await ask("cloudevents", name, () => {
      const headers = { "content-type": "application/cloudevents+json" };
      const event = HTTP.toEvent({ headers, body: line });
      event.validate();
      if (event.status !== "Exercise" || !isMarked(event.exercise)) return `${event.id} has no mark`;
      if (!event.data || event.sequence !== JSON.parse(line).sequence) return `${event.id} lost members`;
    });
    await ask("ajv", name, () => {
      const value = JSON.parse(line);
      const check = checks[`feed-${value.type.split(".")[1]}`];
      return check(value) ? "" : ajv.errorsText(check.errors);
    });
  }
  if (there("jpn.geojson")) {
    await ask("geojsonhint", name, () => {
      const text = readFileSync(there("jpn.geojson"), "utf8");
      const unmarked = JSON.parse(text).features.filter(({ properties }) => !isMarked(properties.title));
      return unmarked.length ? "a feature without a mark" : geojsonhint.hint(text).map((e) => e.message).join();
    });
  }
  const uids = [];
  for (const line of there("jpn.cot") ? lines(there("jpn.cot")) : []) {
    await ask("node-cot", name, () => {
      const { event } = CoTParser.from_xml(line).raw;
      uids.push(event._attributes.uid);
      if (!event._attributes.opex.startsWith("e-")) return "no mark in opex";
      if (!isMarked(event.detail.contact._attributes.callsign)) return "no mark in the callsign";
    });
  }
  if (there("jpn.tak")) {
    for (const frame of frames(readFileSync(there("jpn.tak")))) {
      await ask("node-cot protobuf", name, async () => {
        const { event } = (await CoTParser.from_proto(frame)).raw;
        if (event._attributes.uid !== uids.shift()) return "another event than in the XML";
        if (!event._attributes.opex.startsWith("e-")) return "no mark in opex";
      });
    }
  }
  if (there("jpn.czml")) {
    await ask("cesium", name, async () => {
      const text = readFileSync(there("jpn.czml"), "utf8");
      const source = await CzmlDataSource.load(JSON.parse(text));
      if (!isMarked(source.name)) return "no mark in the name";
      for (const entity of source.entities.values) {
        if (!isMarked(entity.name)) return `${entity.id} has no mark`;
        const begins = entity.availability?.start ?? JulianDate.now();
        if (!entity.position.getValue(begins)) return `${entity.id} is nowhere at its beginning`;
      }
    });
  }
}
console.log(JSON.stringify(said));

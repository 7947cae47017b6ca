// What picture.mjs takes as true, for: feed conform -- node conform.mjs
// It reads JSON Lines and answers each with what stands: docs/conformance.md.
import { createInterface } from "node:readline";
import { Feed } from "./picture.mjs";

let feed;
for await (const line of createInterface({ input: process.stdin })) {
  const { stream, payload } = JSON.parse(line);
  if (stream) {
    feed = new Feed(() => {});
    feed.begin("", 0);
  } else if (payload.specversion) feed.take(payload);
  const kinds = { track: "launch", impact: "launch" };
  const active = [...feed.picture.active.values()].map(({ type, subject }) => {
    const kind = type.split(".")[1];
    return `${kinds[kind] ?? kind}/${subject}`;
  });
  console.log(JSON.stringify({ active: [...new Set(active)], shown: feed.next - 1 }));
}

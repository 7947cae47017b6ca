// A receiver of one country's feed: JavaScript, MQTT.js 5 (npm install mqtt).
//
//     node receive.mjs HOST PORT COUNTRY FILE
//
// It writes every message to FILE before it acknowledges it, and reads FILE when it starts again, so
// that neither its own end nor the broker's loses one. What is missing it asks for.

import { appendFileSync, existsSync, readFileSync } from "node:fs";
import mqtt from "mqtt";
import { Feed } from "./picture.mjs";

const [host, port, country, path] = process.argv.slice(2);
const me = `my-${country}-mqttjs`; // fixed and your own: the broker keeps what comes while you are away
const feed = new Feed();

if (existsSync(path)) {
  for (const line of readFileSync(path, "utf8").split("\n").slice(0, -1)) {
    feed.take(JSON.parse(line));
  }
}

const client = mqtt.connect(`mqtt://${host}:${port}`, {
  protocolVersion: 4,
  clientId: me,
  clean: false,
  username: country,
});

client.on("connect", () => {
  // The feed alone at QoS 1: brokers count what waits over all of a client.
  client.subscribe(`exercise/v1/+/feed/${country}/#`, { qos: 1 });
  for (const name of [`head/${country}`, `down/${country}/${me}`]) {
    client.subscribe(`exercise/v1/+/${name}`, { qos: 0 });
  }
});

// MQTT.js acknowledges when this has returned, so what it does has to be done by then.
client.on("message", (topic, payload) => {
  const said = JSON.parse(payload.toString() || "{}");
  if ("specversion" in said) {
    // From the feed, or an answer with the same bytes.
    appendFileSync(path, `${JSON.stringify(said)}\n`);
    feed.take(said);
    return;
  }
  const gap = "sequence" in said ? feed.missing(said) : undefined;
  if (gap) {
    const base = topic.slice(0, -`/head/${country}`.length);
    const asked = { id: "gap", client: me, epoch: said.epoch, ...gap };
    client.publish(`${base}/up/${country}/history/${me}`, JSON.stringify(asked), { qos: 1 });
  }
});

client.on("error", (error) => console.error(error.message));

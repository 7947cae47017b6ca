// What a web page does, without the page: MQTT.js over an encrypted WebSocket, as an observer.
// node page.mjs MODULES BUNDLE URL: counts the messages of each country's feed until it is ended.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [, , modules, bundle, url] = process.argv;
const mqtt = createRequire(`${modules}/`)("mqtt");
const about = JSON.parse(readFileSync(`${bundle}/credentials.json`, "utf8"));
const client = mqtt.connect(url, {
  protocolVersion: 4, username: about.user, password: about.password,
  ca: readFileSync(`${bundle}/ca.pem`), rejectUnauthorized: true,
});
const seen = {};
client.on("connect", () => client.subscribe("exercise/v1/+/feed/#", { qos: 1 }, () => console.log("subscribed")));
client.on("error", (error) => console.log(`error: ${error.message}`));
client.on("message", (topic, payload) => {
  const message = JSON.parse(payload.toString());
  (seen[message.recipient] ??= new Set()).add(`${message.epoch}.${message.sequence}`);
});
process.on("SIGTERM", () => {
  console.log(JSON.stringify(Object.fromEntries(Object.entries(seen).map(([c, s]) => [c, s.size]))));
  process.exit(0);
});

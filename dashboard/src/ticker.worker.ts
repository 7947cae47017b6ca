/** Timers for MQTT.js in a worker of our own origin: those of a hidden page may run once a minute. */
const timers = new Map<number, ReturnType<typeof setInterval>>();

self.onmessage = ({ data }: MessageEvent<{ id: number; every: number | null }>): void => {
  clearInterval(timers.get(data.id));
  timers.delete(data.id);
  if (data.every !== null) {
    timers.set(data.id, setInterval(() => self.postMessage(data.id), data.every));
  }
};

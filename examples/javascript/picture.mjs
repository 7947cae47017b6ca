// One country's feed, put in order, and what its country has to take as true. No MQTT in here.
// Copy this file beside receive.mjs, or into a web page.

const LASTING = ["launch", "track", "impact", "alert", "meeting", "agreement"];
const OVER = ["held", "cancelled", "not-held", "ended"];

/** Messages come twice, late or out of order; each is shown once, in order. */
export class Feed {
  run = "";
  epoch = 0;

  /** `show` gets each line, and the message that it is about. */
  constructor(show = (line) => console.log(line)) {
    this.show = show;
  }

  begin(run, epoch) {
    Object.assign(this, { run, epoch, next: 1, held: new Map(), picture: new Picture() });
  }

  /** Begin anew with a new run or epoch: time has jumped, and nothing stands any longer. */
  follows({ run, epoch }) {
    if (run > this.run || (run === this.run && epoch > this.epoch)) this.begin(run, epoch);
    return run === this.run && epoch === this.epoch;
  }

  take(message) {
    if (message.status !== "Exercise" || !this.follows(message)) return;
    const number = Number(message.sequence);
    if (number >= this.next) this.held.set(number, message); // else it came before
    for (let one; (one = this.held.get(this.next)); this.next += 1) {
      this.held.delete(this.next);
      const note = this.picture.take(one);
      this.show(`EXERCISE ${one.epoch}.${this.next} ${one.type} ${one.subject}${note}`, one);
    }
  }

  /** Take in how far the player is; return what has to be asked for. */
  missing(head) {
    if (!this.follows(head)) return undefined;
    if (this.next <= head.sequence) {
      return { from: this.next, to: Math.min(head.sequence + 1, ...this.held.keys()) - 1 };
    }
    if (head.final) {
      const active = [...new Set([...this.picture.active.values()].map((each) => each.subject))];
      const shown = active.sort().map((each) => `'${each}'`).join(", ");
      this.show(`EXERCISE ${head.epoch} complete: ${head.sequence}, active: [${shown}]`);
    }
    return undefined;
  }
}

/** What stands, by event, originator and kind. */
class Picture {
  active = new Map();
  ended = new Map();

  /** Fold a message in; return what is strange about it. */
  take(message) {
    const [, kind, act] = message.type.split(".");
    const key = [message.subject, message.source, kind].join();
    const time = Date.parse(message.time);
    for (const [old, known] of this.active) {
      if (Date.parse(known.expires) <= Date.parse(message.due)) this.active.delete(old);
    }
    // Over when it is reported, or of a kind that is newer than this program.
    if (!LASTING.includes(kind)) return "";
    if (act === "cancel" || act === "all-clear") return this.end(message, time);
    if (time < this.ended.get([message.subject, message.source].join())) return " LATE: it is over";
    if (time < Date.parse(this.active.get(key)?.time)) return " LATE: something newer stands";
    this.active.delete(key);
    if (!OVER.includes(message.data.state)) this.active.set(key, message);
    return "";
  }

  /** End what a cancel or all-clear is about; where areas remain, the rest goes on. */
  end({ subject, source, references = "", data }, time) {
    const named = references.split(" ");
    const over = [...this.active].filter(
      ([, known]) =>
        known.subject === subject && (known.source === source || named.includes(known.message)),
    );
    for (const [key, known] of over) {
      this.active.delete(key);
      if (data.remaining) {
        this.active.set(key, { ...known, data: { ...known.data, areas: data.remaining } });
      }
    }
    if (!data.remaining) {
      for (const each of [source, ...over.map(([, known]) => known.source)]) {
        this.ended.set([subject, each].join(), time);
      }
    }
    return over.length ? "" : " UNMATCHED: it ends nothing that is known";
  }
}

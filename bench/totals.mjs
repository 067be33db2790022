/** The sums that a hand-written program computes before a bulk insert: amounts by name, interval and bucket. */

function add(totals, key, amount) {
  totals.set(key, (totals.get(key) ?? 0) + amount);
}

/** Calls `write(name, interval, bucket, resolution, amount)` for every bucket of the inserts, in three intervals. */
export function eachTotal(inserts, write) {
  const names = new Map();
  for (const [timestamp, named] of inserts) {
    const minute = Math.floor(timestamp / 60);
    for (const [name, amounts] of Object.entries(named)) {
      const totals = names.get(name) ?? { minutes: new Map(), days: new Map() };
      names.set(name, totals);
      for (const amount of amounts) {
        add(totals.minutes, minute, amount);
        add(totals.days, Math.floor(timestamp / 86_400), amount);
      }
    }
  }
  for (const [name, { minutes, days }] of names) {
    for (const [minute, amount] of minutes) write(name, 'minute', minute, 0, amount);
    for (const [minute, amount] of minutes) write(name, 'hour', Math.floor(minute / 60), minute, amount);
    for (const [day, amount] of days) write(name, 'day', day, 0, amount);
  }
}

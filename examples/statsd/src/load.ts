import { createSocket, type Socket } from 'node:dgram';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Random, random } from './random.js';

/** The number of packets, and their rate. */
export interface Load {
  readonly packets: number;
  readonly perSecond: number;
}

/** The totals that the store must show once a load has arrived. */
export class Sent {
  packets = 0;
  requests = 0;
  /** Lookups. Only every other one is sent, with a sample rate of 0.5. */
  lookups = 0;
  readonly milliseconds = new Map<number, number>();
  readonly visitors = new Set<string>();
  queue = 0;
}

/**
 * Maximum number of packets under way. A socket's buffer holds them easily; UDP drops packets that do not
 * fit.
 */
const WINDOW = 150;
const TICK = 20;
const PATIENCE = 10_000;

/**
 * Sends packets over loopback at a steady rate. `acknowledged` returns how many of them the store has
 * counted. At most `WINDOW` packets are under way. Resolves when all have arrived; rejects if they stop
 * arriving.
 */
export async function sendLoad(
  port: number,
  load: Load,
  acknowledged: () => Promise<number>,
  signal?: AbortSignal,
): Promise<Sent> {
  const socket = createSocket('udp4');
  const sent = new Sent();
  const next = random(1);
  const started = Date.now();
  let arrived = 0;
  let progress = started;
  try {
    while (arrived < sent.packets || (sent.packets < load.packets && !signal?.aborted)) {
      const due = signal?.aborted ? 0 : Math.ceil(((Date.now() - started) / 1000) * load.perSecond);
      const limit = Math.min(due, load.packets, arrived + WINDOW);
      while (sent.packets < limit) await send(socket, port, packet(sent, next));
      await sleep(TICK);
      const counted = await acknowledged();
      if (counted > arrived) progress = Date.now();
      arrived = counted;
      if (Date.now() - progress > PATIENCE) {
        throw new Error(
          `Of ${sent.packets} packets, ${arrived} arrived, and no more for ${PATIENCE / 1000} s`,
        );
      }
    }
  } finally {
    socket.close();
  }
  return sent;
}

/** Makes a packet like that of a busy web server, and adds it to `sent`. */
function packet(sent: Sent, next: Random): string {
  const requests = 1 + Math.floor(next() * 3);
  const milliseconds = Math.round(20 + 15 / (1.02 - next()));
  const visitor = `visitor-${Math.floor(next() ** 2 * 500)}`;
  const change = Math.floor(next() * 7) - 3;
  const lines = [
    'load.packets:1|c',
    `http.requests:${requests}|c`,
    `http.time:${milliseconds}|ms`,
    `visitors:${visitor}|s`,
    sent.packets % 50 === 0 ? 'queue.length:20|g' : `queue.length:${change < 0 ? '' : '+'}${change}|g`,
  ];
  sent.queue = sent.packets % 50 === 0 ? 20 : sent.queue + change;
  if (sent.packets % 2 === 0) {
    lines.push('cache.lookups:1|c|@0.5');
    sent.lookups += 2;
  }
  sent.packets++;
  sent.requests += requests;
  sent.milliseconds.set(milliseconds, (sent.milliseconds.get(milliseconds) ?? 0) + 1);
  sent.visitors.add(visitor);
  return lines.join('\n');
}

function send(socket: Socket, port: number, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    socket.send(text, port, '127.0.0.1', (error) => (error === null ? resolve() : reject(error)));
  });
}

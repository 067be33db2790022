import { setTimeout as sleep } from 'node:timers/promises';
import { isError } from '@kairos/core';
import type { Call, Sender } from './sender.js';

/** While a cluster moves a slot, scripts over several keys of it are refused. */
const MOVING = /non local key|undeclared keys|TRYAGAIN/;
const TRIES = 16;
const DELAY = 100;

/** Whether a call was refused because a cluster moves the slot of its keys. */
export function isMoving(error: unknown): boolean {
  return isError(error) && MOVING.test(error.message);
}

/** Asks again while a cluster moves the slot; for calls that may be run again. */
export async function askWhileMoving(sender: Sender, call: Call): Promise<unknown> {
  for (let attempt = 1; ; attempt++) {
    const outcome = await sender.send(call);
    if (outcome.fate === 'done') return outcome.reply;
    if (attempt === TRIES || !isMoving(outcome.error)) throw outcome.error;
    await sleep(DELAY);
  }
}

import { after, before, describe, it } from 'node:test';
import { run } from './run.mjs';

run({ describe, it, before, after });

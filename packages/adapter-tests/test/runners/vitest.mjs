import { afterAll, beforeAll, describe, it } from 'vitest';
import { run } from './run.mjs';

run({ describe, it, beforeAll, afterAll });

import { run } from './run.mjs';

run({ describe, it, beforeAll, afterAll });

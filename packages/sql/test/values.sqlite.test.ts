import Database from 'better-sqlite3';
import { valueTypeTests } from './support/values.js';

const database = new Database(':memory:');

afterAll(() => database.close());

valueTypeTests(() => database, 'values');

import Database from 'better-sqlite3';
import { valueTypeTests } from './values.js';

const database = new Database(':memory:');

afterAll(() => database.close());

valueTypeTests(() => database, 'values');

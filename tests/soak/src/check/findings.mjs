/** What a check found, by kind, with examples of each. None of these may be but `stored`. */
const KINDS = ['lost', 'found', 'twice', 'disorder', 'torn', 'foreign', 'directory'];

const EXAMPLES = 5;

export class Findings {
  constructor() {
    /** How many of the events whose fate is `unknown` are stored. */
    this.stored = 0;
    /** Buckets of a count in which too many amounts are unknown to tell which of them are stored. */
    this.undecided = 0;
    this.examples = [];
    for (const kind of KINDS) this[kind] = 0;
  }

  /**
   * `lost`: acknowledged, and not stored. `found`: failed, and stored. `twice`: stored more than once. `disorder`:
   * values of one writer in another order than that of its calls. `torn`: in some intervals of an event only.
   * `foreign`: stored, and written by nobody. `directory`: `list` or `properties` do not say what is stored.
   */
  add(kind, where, what) {
    this[kind]++;
    if (this[kind] <= EXAMPLES) this.examples.push(`${kind}: ${where}: ${what}`);
  }

  get wrong() {
    return KINDS.reduce((sum, kind) => sum + this[kind], 0);
  }
}

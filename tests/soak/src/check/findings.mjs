/** The kinds of findings that a check must not have. It keeps examples of each. */
const KINDS = ['lost', 'found', 'twice', 'disorder', 'torn', 'foreign', 'directory'];

const EXAMPLES = 5;

export class Findings {
  constructor() {
    /** Number of events of unknown fate that turned out to be stored. */
    this.stored = 0;
    /** Buckets of a count with too many unknown amounts to tell which of them are stored. */
    this.undecided = 0;
    this.examples = [];
    for (const kind of KINDS) this[kind] = 0;
  }

  /**
   * `lost`: acknowledged but not stored. `found`: failed but stored. `twice`: stored more than once.
   * `disorder`: values of one writer in another order than that of its calls. `torn`: only in some intervals
   * of an event. `foreign`: stored, but written by nobody. `directory`: `list` or `properties` disagree with
   * the stored data.
   */
  add(kind, where, what) {
    this[kind]++;
    if (this[kind] <= EXAMPLES) this.examples.push(`${kind}: ${where}: ${what}`);
  }

  get wrong() {
    return KINDS.reduce((sum, kind) => sum + this[kind], 0);
  }
}

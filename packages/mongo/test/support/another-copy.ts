/** Loads the driver a second time. Its classes differ from those of the adapter's copy. */
export function anotherCopy(): typeof import('mongodb') {
  let copy: typeof import('mongodb') | undefined;
  jest.isolateModules(() => {
    copy = require('mongodb');
  });
  if (copy === undefined) throw new Error('The driver did not load');
  return copy;
}

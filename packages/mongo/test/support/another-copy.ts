/** The driver loaded a second time: no class of it is that of the copy that the adapter has. */
export function anotherCopy(): typeof import('mongodb') {
  let copy: typeof import('mongodb') | undefined;
  jest.isolateModules(() => {
    copy = require('mongodb');
  });
  if (copy === undefined) throw new Error('The driver did not load');
  return copy;
}

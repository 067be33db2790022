import { table } from '../src/table.js';

describe('A table', () => {
  const rows = [
    { name: 'Atlanta', flights: 1200, change: '+7' },
    { name: 'Boise', flights: 300, change: '-12' },
    { name: 'Casper', flights: 0, change: '' },
  ];

  it('sets numbers flush right, texts flush left unless told, and draws bars in proportion', () => {
    const lines = table(
      rows,
      [
        { heading: 'airport', text: ({ name }) => name },
        { heading: 'flights', text: ({ flights }) => flights },
        { heading: 'change', text: ({ change }) => change, right: true },
      ],
      ({ flights }) => flights,
    ).split('\n');
    expect(lines).toEqual([
      '  airport  flights  change',
      `  Atlanta     1200      +7  ${'█'.repeat(32)}`,
      `  Boise        300     -12  ${'█'.repeat(8)}`,
      '  Casper         0',
    ]);
  });

  it('draws parts of a block, and nothing for figures below zero', () => {
    const figures = [256, 3, -5];
    const lines = table(figures, [{ heading: 'n', text: (figure) => figure }], (figure) => figure).split(
      '\n',
    );
    expect(lines.slice(2)).toEqual(['    3  ▍', '   -5']);
  });

  it('of no rows is its headings', () => {
    expect(table<number>([], [{ heading: 'n', text: (figure) => figure }], (figure) => figure)).toBe('  n');
  });
});

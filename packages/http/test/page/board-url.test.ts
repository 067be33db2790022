import { type Board, chartOf, emptyBoard } from '../../page/src/board.js';
import { boardFromFragment, boardToFragment } from '../../page/src/board-url.js';

const full: Board = {
  range: { from: 1_700_000_000, to: 1_700_003_600 },
  live: false,
  zone: 'local',
  charts: [
    {
      ...chartOf('hits', 'bars'),
      names: ['home', 'a&name=b#c%41', '🛒 "quoted"'],
      interval: 'minute',
      together: true,
    },
    {
      ...chartOf('latency & more', 'heat'),
      names: ['api'],
      interval: 'month',
      detail: true,
      transforms: ['p99.9', 'mean'],
      scale: 'log',
      title: 'chart=x',
      wide: true,
    },
    chartOf('empty'),
  ],
};

describe('a board in a URL', () => {
  it.each([
    ['full', full],
    ['empty', emptyBoard],
    ['of the last ninety minutes', { ...emptyBoard, range: { last: 5400 } }],
    ['of all data', { ...emptyBoard, range: { all: true } as const }],
  ])('is the same again: %s', (_, board) => {
    expect(boardFromFragment(boardToFragment(board))).toEqual(board);
  });

  it('can be written by hand', () => {
    expect(
      boardFromFragment('last=2d&chart=hits&as=bars&name=home&name=about&chart=latency&show=p95'),
    ).toEqual({
      ...emptyBoard,
      range: { last: 172_800 },
      charts: [
        { ...chartOf('hits', 'bars'), names: ['home', 'about'] },
        { ...chartOf('latency'), transforms: ['p95'] },
      ],
    });
  });

  it('passes over what it does not know', () => {
    const malformed =
      'last=soon&zone=Mars&name=stray&from=2&to=1&chart=hits&as=pie&scale=big&shape=round&name=home&name=home';
    expect(boardFromFragment(malformed)).toEqual({
      ...emptyBoard,
      charts: [{ ...chartOf('hits'), names: ['home'] }],
    });
  });
});

import 'uplot/dist/uPlot.min.css';
import './styles/colors.css';
import './styles/page.css';
import './styles/card.css';
import './styles/controls.css';
import { ApiClient } from './api-client.js';
import type { Board } from './board.js';
import { boardFromFragment, boardToFragment } from './board-url.js';
import { BoardView } from './board-view.js';
import { element, find } from './dom.js';
import { firstBoard } from './first-board.js';
import { emptyNote } from './legend.js';
import { followTheme } from './theme.js';
import { askForToken } from './token-dialog.js';
import { Toolbar } from './toolbar.js';

const client = new ApiClient(document.baseURI, askForToken);
const host = find(document, '#board', HTMLElement);
let view: BoardView | undefined;

const toolbar = new Toolbar((changes) => {
  if (view !== undefined) change({ ...view.board, ...changes });
});

/** Shows a changed board and puts it into the URL, so that the Back button undoes the change. */
function change(board: Board): void {
  const fragment = `#${boardToFragment(board)}`;
  if (fragment !== location.hash) history.pushState(null, '', fragment);
  show(board);
}

function show(board: Board): void {
  toolbar.show(board);
  if (view === undefined) view = new BoardView(host, client, board, change);
  else view.show(board);
}

async function boardOfUrl(): Promise<Board> {
  return location.hash.length > 1 ? boardFromFragment(location.hash.slice(1)) : firstBoard(client);
}

async function open(): Promise<void> {
  try {
    show(await boardOfUrl());
  } catch (error) {
    const again = element('button', { type: 'button', class: 'button' }, 'Try again');
    again.addEventListener('click', () => void open());
    const note = emptyNote('error', error instanceof Error ? error.message : String(error), again);
    note.setAttribute('role', 'alert');
    host.replaceChildren(note);
  }
}

followTheme(find(document, '#theme', HTMLButtonElement), () => view?.redraw());
// A fragment of its own would be read as a board.
find(document, '.skip', HTMLAnchorElement).addEventListener('click', (event) => {
  event.preventDefault();
  find(document, 'main', HTMLElement).focus();
});
find(document, '#add', HTMLButtonElement).addEventListener('click', () => void view?.add());
window.addEventListener('popstate', () => void open());
void open();

import { find } from './dom.js';

/** Asks until the user gives a token, because there is nothing to show without one. */
export function askForToken(refused: boolean): Promise<string> {
  const dialog = find(document, '#token', HTMLDialogElement);
  const form = find(dialog, 'form', HTMLFormElement);
  const input = find(dialog, 'input', HTMLInputElement);
  find(dialog, '.refusal', HTMLElement).hidden = !refused;
  input.value = '';
  dialog.showModal();
  input.focus();
  return new Promise((resolve) => {
    const listening = new AbortController();
    const { signal } = listening;
    dialog.addEventListener('cancel', (event) => event.preventDefault(), { signal });
    form.addEventListener(
      'submit',
      (event) => {
        event.preventDefault();
        const token = input.value.trim();
        if (token === '') return;
        listening.abort();
        dialog.close();
        resolve(token);
      },
      { signal },
    );
  });
}

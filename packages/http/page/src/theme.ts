const KEY = 'kairos-theme';
const themes = ['system', 'light', 'dark'] as const;
type Theme = (typeof themes)[number];

/** Light or dark: follows the system until the user clicks the button. */
export function followTheme(button: HTMLButtonElement, onChange: () => void): void {
  let theme = themes.find((each) => each === localStorage.getItem(KEY)) ?? 'system';
  const apply = (): void => {
    document.documentElement.dataset.theme = theme;
    button.dataset.theme = theme;
    button.setAttribute('aria-label', `Colours: ${textOf(theme)}`);
    button.title = `Colours: ${textOf(theme)}`;
  };
  button.addEventListener('click', () => {
    theme = themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'system';
    localStorage.setItem(KEY, theme);
    apply();
    onChange();
  });
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', onChange);
  apply();
}

const textOf = (theme: Theme) => (theme === 'system' ? 'as the system' : theme);

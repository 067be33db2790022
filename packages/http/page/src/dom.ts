/** Finds an element that must exist. */
export function find<E extends Element>(root: ParentNode, selector: string, type: abstract new () => E): E {
  const found = root.querySelector(selector);
  if (found instanceof type) return found;
  throw new Error(`the page has no ${selector}`);
}

/** Copies the one element in a template of the document. */
export function clone(template: string): HTMLElement {
  const { content } = find(document, `template#${template}`, HTMLTemplateElement);
  const { firstElementChild } = document.importNode(content, true);
  if (firstElementChild instanceof HTMLElement) return firstElementChild;
  throw new Error(`template ${template} has no element`);
}

/** Creates an element with attributes and content. Text is never parsed as HTML. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

const SVG = 'http://www.w3.org/2000/svg';

export function svgElement<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Readonly<Record<string, string>> = {},
  ...content: readonly Node[]
): SVGElementTagNameMap[K] {
  const made = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.append(...content);
  return made;
}

/** Creates one of the document's icons. */
export function icon(name: string): SVGSVGElement {
  const use = svgElement('use', { href: `#icon-${name}` });
  return svgElement('svg', { class: 'icon', 'aria-hidden': 'true' }, use);
}

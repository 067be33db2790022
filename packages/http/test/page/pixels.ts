/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
import type { Locator, Page } from 'playwright-core';

/** Colours of the style sheet, in the current colour scheme. */
export function colorsOf(page: Page, names: readonly string[]): Promise<string[]> {
  return page.evaluate((properties) => {
    const style = getComputedStyle(document.documentElement);
    return properties.map((property) => style.getPropertyValue(property));
  }, names);
}

/** Height in pixels of a colour in a chart, at a fraction of its width. */
export function columnHeight(card: Locator, across: number, color: string | undefined): Promise<number> {
  return column(card, across).then((pixels) => pixels.filter((each) => each === color).length);
}

/** The colour of a chart at fractions of its width and height. */
export async function pixel(card: Locator, across: number, down: number): Promise<string> {
  const pixels = await column(card, across);
  return pixels[Math.floor(pixels.length * down)] ?? '';
}

/** The colours of a chart from top to bottom, at a fraction of its width. The axes are left out. */
function column(card: Locator, across: number): Promise<string[]> {
  return card.locator('.uplot').evaluate((plot, share) => {
    const canvas = plot.querySelector('canvas');
    const over = plot.querySelector('.u-over');
    const context = canvas?.getContext('2d');
    if (!canvas || !over || !context) throw new Error('there is no canvas');
    const [outer, inner] = [canvas.getBoundingClientRect(), over.getBoundingClientRect()];
    const scale = canvas.width / outer.width;
    const left = Math.round((inner.left - outer.left + inner.width * share) * scale);
    const top = Math.round((inner.top - outer.top) * scale);
    const { data } = context.getImageData(left, top, 1, Math.round(inner.height * scale));
    return Array.from({ length: data.length / 4 }, (_, index) => {
      const [red, green, blue, alpha] = data.subarray(index * 4, index * 4 + 4);
      return alpha === 255 ? `rgb(${red}, ${green}, ${blue})` : '';
    });
  }, across);
}

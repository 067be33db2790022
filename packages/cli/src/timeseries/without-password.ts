/** A URL, or a message with some in it, with `***` in place of each password. */
export function withoutPassword(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):(?:[^\s/?#]*|[^\s@]*)@/gi, '$1:***@')
    .replaceAll(/([?&](?:password|passwd|pwd|secret|token)=)[^&\s]*/gi, '$1***');
}

/** Replaces each password in a URL, or in a message that contains URLs, with `***`. */
export function withoutPassword(text: string): string {
  return text
    .replaceAll(/([a-z][a-z0-9+.-]*:\/\/[^\s:@/]*):(?:[^\s/?#]*|[^\s@]*)@/gi, '$1:***@')
    .replaceAll(/([?&](?:password|passwd|pwd|secret|token)=)[^&\s]*/gi, '$1***');
}

/** What was asked for cannot be answered; the message goes to whoever asked, with status 400. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

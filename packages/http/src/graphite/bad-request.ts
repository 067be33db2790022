/** A request that cannot be answered. The client gets the message, with status 400. */
export class BadRequest extends Error {
  override readonly name = 'BadRequest';
}

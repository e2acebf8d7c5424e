/** A server cannot be had as it was asked for: the message says why, and what to do. */
export class Unservable extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'Unservable';
  }
}

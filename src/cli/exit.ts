// How a command ends early without a word: the status has been decided and everything has been said.

/** Thrown by a command to end the program with `status`; nothing more is printed. */
export class Exit extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`exit ${status}`);
    this.name = 'Exit';
    this.status = status;
  }
}

// Texts that the daemon gives away and takes back, such as cursors: sealed for whoever got them, so that nobody can
// make one. A request with a cursor is not recorded again, as a further page of a query that was; with one of their
// own making, somebody could read the log without a trace.
import { createHmac, timingSafeEqual } from 'node:crypto';
import { actorOf, type Caller } from './caller.js';

/** Each kind of text is sealed apart: one is never taken for another. */
export type SealedKind = 'cursor' | 'browsing';

export interface Seals {
  seal(caller: Caller, kind: SealedKind, text: string): string;
  /** The text that was sealed for this caller; `undefined` for anything else. */
  open(caller: Caller, kind: SealedKind, sealed: string): string | undefined;
}

/** Bytes of an HMAC that are kept: 128 bits. */
const MAC_BYTES = 16;

/** @param secret a key of the instance's own, so that what is sealed stays good when the daemon starts again */
export function createSeals(secret: Uint8Array): Seals {
  const macOf = (caller: Caller, kind: SealedKind, text: string) => {
    const { type, id } = actorOf(caller);
    const sealed = JSON.stringify(['whodid seal', kind, type, id, text]);
    return createHmac('sha256', secret).update(sealed).digest().subarray(0, MAC_BYTES);
  };

  return {
    seal: (caller, kind, text) => `${text}.${macOf(caller, kind, text).toString('base64url')}`,
    open(caller, kind, sealed) {
      const at = sealed.lastIndexOf('.');
      const text = sealed.slice(0, Math.max(0, at));
      const given = Buffer.from(sealed.slice(at + 1), 'base64url');
      const mac = macOf(caller, kind, text);
      return at > 0 && given.length === mac.length && timingSafeEqual(given, mac) ? text : undefined;
    },
  };
}

// Signed notes (C2SP signed-note): a text, an empty line, and signatures of it, Ed25519 (type 0x01). Their keys are
// written `<name>+<id>+<base64>`, as golang.org/x/mod/sumdb/note and the tools around it have them.
import { createHash, createPublicKey, type KeyObject, sign as signBytes, verify } from 'node:crypto';

/** Signature type of Ed25519. */
const ED25519 = 0x01;

const KEY_BYTES = 32;
const KEY_ID_BYTES = 4;
const SIGNATURE_BYTES = 64;

/** Most signatures of a note that is read; C2SP asks for 16 at least. */
const MAX_SIGNATURES = 64;

const SIGNATURE_LINE = /^— (\S+) ([A-Za-z0-9+/]+={0,2})$/u;
const NAME = /^[^\s+]+$/u;

export interface NoteVerifier {
  /** `<name>+<id>+<base64>`. */
  key: string;
  name: string;
  /** The first four bytes of a SHA-256 over name, type and public key. */
  id: Buffer;
  publicKey: KeyObject;
}

/** Keys of which one must have signed. */
export type NoteVerifiers = readonly [NoteVerifier, ...NoteVerifier[]];

export interface NoteSigner {
  /** Who can check what it signs. */
  verifier: NoteVerifier;
  privateKey: KeyObject;
}

/** A note was refused, and why in a sentence. */
export class NoteFault extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoteFault';
  }
}

/** The verifier of the key `name`, given the 32 bytes of its public key (RFC 8032). */
export function noteVerifier(name: string, publicBytes: Uint8Array): NoteVerifier {
  if (!NAME.test(name)) throw new NoteFault('The name of a key has no spaces and no +.');
  const typed = Buffer.concat([Buffer.of(ED25519), publicBytes]);
  const id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, KEY_ID_BYTES);
  const x = Buffer.from(publicBytes).toString('base64url');
  return {
    key: `${name}+${id.toString('hex')}+${typed.toString('base64')}`,
    name,
    id,
    publicKey: createPublicKey({ key: { kty: 'OKP', crv: 'Ed25519', x }, format: 'jwk' }),
  };
}

/** Reads `<name>+<id>+<base64>`. @throws NoteFault if it is not the key of an Ed25519 signer */
export function parseVerifierKey(key: string): NoteVerifier {
  const [name = '', id = '', ...rest] = key.split('+');
  const typed = base64Bytes(rest.join('+'));
  if (typed?.length !== 1 + KEY_BYTES || typed[0] !== ED25519 || !NAME.test(name)) {
    throw new NoteFault('This is not a public key of the form <name>+<id>+<base64> (Ed25519).');
  }
  const verifier = noteVerifier(name, typed.subarray(1));
  if (verifier.id.toString('hex') !== id)
    throw new NoteFault('The public key does not have the id it names.');
  return verifier;
}

/** The verifier of an Ed25519 private key that signs as `name`. */
export function noteSigner(name: string, privateKey: KeyObject): NoteSigner {
  const { x } = createPublicKey(privateKey).export({ format: 'jwk' });
  return { verifier: noteVerifier(name, Buffer.from(x!, 'base64url')), privateKey };
}

/** `text`, which ends a line, with a signature of each of `signers`. */
export function signNote(text: string, ...signers: NoteSigner[]): string {
  const lines = signers.map(({ verifier: { name, id }, privateKey }) => {
    const signature = signBytes(null, Buffer.from(text), privateKey);
    return `— ${name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
  });
  return `${text}\n${lines.join('')}`;
}

/**
 * The text of `note` if one of `verifiers` has signed it. Signatures of other keys are passed over, as C2SP says.
 * @throws NoteFault if it is malformed, has none of those signatures or a wrong one
 */
export function openNote(note: string, ...verifiers: readonly NoteVerifier[]): string {
  const { text } = signaturesOf(note, verifiers);
  return text;
}

/**
 * Which of `verifiers` has signed `note`; of several the last.
 * @throws NoteFault as `openNote` does
 */
export function signerOf(note: string, verifiers: readonly NoteVerifier[]): NoteVerifier {
  return signaturesOf(note, verifiers).signers.at(-1)!;
}

function signaturesOf(
  note: string,
  verifiers: readonly NoteVerifier[],
): { text: string; signers: NoteVerifier[] } {
  const { text, signatures } = splitNote(note);
  const signers: NoteVerifier[] = [];
  for (const verifier of verifiers) {
    const own = signatures.filter(({ name, bytes }) => name === verifier.name && isOf(verifier, bytes));
    for (const { bytes } of own) {
      const signature = bytes.subarray(KEY_ID_BYTES);
      if (
        signature.length !== SIGNATURE_BYTES ||
        !verify(null, Buffer.from(text), verifier.publicKey, signature)
      ) {
        throw new NoteFault(`Its signature of ${verifier.key} is wrong.`);
      }
    }
    if (own.length > 0) signers.push(verifier);
  }
  if (signers.length === 0)
    throw new NoteFault(`It is not signed by ${verifiers.map(({ key }) => key).join(' or ')}.`);
  return { text, signers };
}

/**
 * The text of a note whose signatures are not looked at: for what is not to be trusted, but compared.
 * @throws NoteFault if it is malformed
 */
export const noteText = (note: string): string => splitNote(note).text;

const isOf = ({ id }: NoteVerifier, bytes: Buffer) => id.equals(bytes.subarray(0, KEY_ID_BYTES));

function splitNote(note: string): { text: string; signatures: { name: string; bytes: Buffer }[] } {
  const end = note.lastIndexOf('\n\n');
  const malformed = () => new NoteFault('It is not a signed note.');
  if (end < 0 || !note.endsWith('\n') || /[\x00-\x09\x0b-\x1f]/.test(note) || !note.isWellFormed())
    throw malformed();
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > MAX_SIGNATURES) throw malformed();
  const signatures = lines.map(line => {
    const [, name, base64] = SIGNATURE_LINE.exec(line) ?? [];
    const bytes = base64 === undefined ? undefined : base64Bytes(base64);
    if (name === undefined || !NAME.test(name) || bytes === undefined || bytes.length <= KEY_ID_BYTES)
      throw malformed();
    return { name, bytes };
  });
  return { text: note.slice(0, end + 1), signatures };
}

/** The bytes of canonical base64 (RFC 4648 §4), or `undefined`. */
export function base64Bytes(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

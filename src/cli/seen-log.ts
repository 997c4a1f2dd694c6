// Compares the log that a daemon shows with what this client has seen of it, and remembers the newest checkpoint that
// continues that.
import type { Client } from '../shared/client.js';
import { type Checkpoint, instanceOf, openCheckpoint } from '../shared/log/checkpoint.js';
import { keysFrom, type LogKeys } from '../shared/log/key-rotation.js';
import { provesConsistency } from '../shared/log/merkle-proof.js';
import {
  base64Bytes,
  NoteFault,
  type NoteVerifier,
  type NoteVerifiers,
  parseVerifierKey,
  signerOf,
} from '../shared/log/signed-note.js';
import { Problem } from '../shared/problem.js';
import { type Finding, SEEN_CHECKPOINT } from '../shared/verification.js';
import type { Pins } from './pins.js';

export interface SeenLogOptions {
  client: { audit: Pick<Client['audit'], 'checkpoint' | 'growth'> };
  pins: Pins;
  /** The key to check with, instead of the one that is pinned. */
  key?: string;
  /** A checkpoint that was kept elsewhere. */
  against?: string;
}

export interface SeenLog {
  origin: string;
  key: string;
  keyFrom: 'flag' | 'pin' | 'daemon';
  /** The newest checkpoint as the daemon shows it. */
  checkpoint: string;
  /** Events that it covers, if it is good. */
  size?: number;
  /** The size of the checkpoint that it was compared with; absent if this client sees the log for the first time. */
  continues?: number;
  /** The daemon is still storing what was committed before it was asked. */
  stale?: true;
  /** What is not as it must be. */
  findings: Finding[];
}

/**
 * Looks at the log. Its checkpoint is pinned if nothing was found, with the key that signed it: the one that is trusted
 * or one that rotations lead to from there.
 */
export async function seeLog({ client, pins, key, against }: SeenLogOptions): Promise<SeenLog> {
  const { checkpoint, publicKey, rotations, stale } = await client.audit.checkpoint();
  const instance = instanceOf(parseVerifierKey(publicKey).name);
  const pin = await pins.get(instance);
  const trusted = key === undefined ? parseVerifierKey(pin?.publicKey ?? publicKey) : keyFlag(key);
  const keys = keysFrom(trusted, rotations);
  const keyFrom = key !== undefined ? 'flag' : pin !== undefined ? 'pin' : 'daemon';
  const findings: Finding[] = keys.faults.map(sentence => ({ part: 'checkpoint', seq: null, sentence }));
  const own = opened(checkpoint, keys.own, 'The checkpoint of the daemon', findings);
  const signer = own === undefined ? trusted : signerOf(checkpoint, keys.own);
  const isPinned = keys.known.some(known => known.key === pin?.publicKey);
  const kept = [
    ...(against === undefined ? [] : [{ name: 'The checkpoint that was kept', note: against }]),
    ...(pin === undefined || !isPinned ? [] : [{ name: SEEN_CHECKPOINT, note: pin.checkpoint }]),
  ];
  let continues: number | undefined;
  let proved = true;
  for (const { name, note } of kept) {
    const head = opened(note, keys.known, name, findings);
    if (head === undefined || own === undefined) continue;
    const verdict = await compare(client, { name, head, own, trusted, keys });
    if (verdict === 'unproved') proved = false;
    else if (verdict !== 'continued') findings.push(verdict);
    continues ??= head.size;
  }
  if (findings.length === 0 && proved) {
    const verified = isPinned ? pin?.verified : undefined;
    const newest = { publicKey: signer.key, checkpoint };
    await pins.set(instance, verified === undefined ? newest : { ...newest, verified });
  }
  return {
    origin: trusted.name,
    key: signer.key,
    keyFrom,
    checkpoint,
    findings,
    ...(stale ? { stale } : {}),
    ...(own === undefined ? {} : { size: own.size }),
    ...(continues === undefined ? {} : { continues }),
  };
}

/** The key of `--key`. @throws Problem `bad_request` */
export function keyFlag(key: string): NoteVerifier {
  try {
    return parseVerifierKey(key.trim());
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    throw new Problem('bad_request', `--key: ${error.message}`);
  }
}

function opened(
  note: string,
  verifiers: NoteVerifiers,
  name: string,
  findings: Finding[],
): Checkpoint | undefined {
  try {
    return openCheckpoint(note, ...verifiers);
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    findings.push({
      part: 'checkpoint',
      seq: null,
      sentence: `${name} counts for nothing: ${error.message}`,
    });
    return undefined;
  }
}

interface Comparison {
  name: string;
  head: Checkpoint;
  own: Checkpoint;
  trusted: NoteVerifier;
  keys: LogKeys;
}

/** Whether the log has only grown since `head`; `unproved` if the caller may not be shown. */
async function compare(
  client: SeenLogOptions['client'],
  { name, head, own, trusted, keys }: Comparison,
): Promise<'continued' | 'unproved' | Finding> {
  const found = (seq: number, what: string): Finding => ({
    part: 'checkpoint',
    seq,
    sentence: `${name} covers ${head.size} events: ${what}`,
  });
  if (own.size < head.size) return found(own.size + 1, `the log was cut or rolled back to ${own.size}.`);
  const rewritten = () => found(1, 'the log was rewritten, this is not how it began.');
  if (own.size === head.size) return Buffer.compare(own.root, head.root) === 0 ? 'continued' : rewritten();
  try {
    const proof = await client.audit.growth(head.size);
    // The key may have been replaced since the checkpoint was asked for.
    const { own: verifiers } = proof.rotations === undefined ? keys : keysFrom(trusted, proof.rotations);
    const later = openCheckpoint(proof.checkpoint, ...verifiers);
    const hashes = proof.hashes.map(base64Bytes);
    if (!hashes.every(hash => hash !== undefined) || !provesConsistency(head, later, hashes))
      return rewritten();
    return 'continued';
  } catch (error) {
    if (error instanceof NoteFault) return found(1, `the daemon proves nothing: ${error.message}`);
    if (error instanceof Problem && error.code === 'forbidden') return 'unproved';
    throw error;
  }
}

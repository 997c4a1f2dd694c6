// whodid audit verify-proof: checks a proof that an event is in the log, without a daemon.
import type { Command } from 'commander';
import { Check } from 'typebox/value';
import { type EventProof, EventProofSchema } from '../../../shared/api.js';
import { checkEventProof, type ProofVerdict } from '../../../shared/log/event-proof.js';
import { NoteFault, type NoteVerifier, parseVerifierKey } from '../../../shared/log/signed-note.js';
import { EXIT, Problem } from '../../../shared/problem.js';
import type { CommandContext } from '../../context.js';
import { Exit } from '../../exit.js';
import type { Io } from '../../io.js';
import { jsonObjectFrom } from '../../json-file.js';
import { examples } from '../../lazy-commands.js';
import { escapeText, safeJson } from '../../output/escape.js';

interface VerifyProofFlags {
  key: string;
  json?: boolean;
}

export interface VerifyProofOptions {
  io: Io;
  file: string;
  flags: VerifyProofFlags;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Check a proof of `whodid audit prove` with nothing but the public key. Exit status 7 if it proves nothing.',
  );
  examples(command, [
    ['Check', 'whodid audit verify-proof proof.json --key "$(cat whodid.pub)"'],
    ['For a script', 'whodid audit verify-proof proof.json --key "$(cat whodid.pub)" --json'],
  ]);
  command
    .argument('<file>', 'the proof; - for stdin')
    .requiredOption('--key <key>', 'the public key, from `whodid audit checkpoint --public-key`')
    .option('--json', 'answer one JSON object')
    .action((file: string, flags: VerifyProofFlags) => run({ ...context, file, flags }));
}

export async function run({ io, file, flags }: VerifyProofOptions): Promise<void> {
  const verifier = verifierOf(flags.key.trim());
  const proof = await jsonObjectFrom(file, io);
  const verdict = verdictOn(proof, verifier);
  if (flags.json) {
    const { checkpoint: tree, ...rest } = { checkpoint: undefined, ...verdict };
    await io.write(`${safeJson({ ...rest, ...(tree === undefined ? {} : { size: tree.size }) })}\n`);
  } else if (verdict.ok) {
    const { event } = proof as EventProof;
    const { origin, size } = verdict.checkpoint;
    await io.write(
      `Proved: event ${event.seq} (${event.id}) is in the log of ${escapeText(origin)} as of its checkpoint of ${size} events.\n`,
    );
  }
  if (verdict.ok) return;
  io.writeError(`whodid: Not proved. ${escapeText(verdict.reason)}\n`);
  throw new Exit(EXIT.verificationFailed);
}

function verifierOf(key: string): NoteVerifier {
  try {
    return parseVerifierKey(key);
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    throw new Problem('bad_request', `--key: ${error.message}`);
  }
}

function verdictOn(proof: unknown, verifier: NoteVerifier): ProofVerdict {
  if (!Check(EventProofSchema, proof)) return { ok: false, reason: 'The file is not a proof of an event.' };
  try {
    return checkEventProof(proof, verifier);
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    return { ok: false, reason: `The checkpoint counts for nothing: ${error.message}` };
  }
}

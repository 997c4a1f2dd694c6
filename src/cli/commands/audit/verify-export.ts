// whodid audit verify FILE: whether the file of an export is what was exported.
import { instanceOf } from '../../../shared/log/checkpoint.js';
import { EXIT } from '../../../shared/problem.js';
import { Exit } from '../../exit.js';
import { checkExport, readManifest } from '../../export/check-export.js';
import type { Io } from '../../io.js';
import { escapeText, safeJson } from '../../output/escape.js';
import type { Pins } from '../../pins.js';
import { keyFlag } from '../../seen-log.js';

export interface VerifyExportOptions {
  io: Io;
  pins: Pick<Pins, 'get'>;
  file: string;
  flags: { key?: string; json?: boolean };
}

/** @throws Exit with 7 if the file is not what was exported */
export async function verifyExport({ io, pins, file, flags }: VerifyExportOptions): Promise<void> {
  const manifest = await readManifest(file);
  const pin = await pins.get(instanceOf(manifest.origin));
  const key = flags.key ?? pin?.publicKey ?? manifest.publicKey;
  const keyFrom = flags.key !== undefined ? 'flag' : pin !== undefined ? 'pin' : 'manifest';
  const verdict = await checkExport(file, manifest, keyFlag(key));
  const { origin, after, through, removedThrough } = manifest;
  if (flags.json) {
    await io.write(`${safeJson({ ...verdict, origin, after, through, removedThrough, key, keyFrom })}\n`);
  } else if (verdict.ok) {
    const many = verdict.events.toLocaleString('en-US');
    const what = verdict.proved ? 'each proved to be in the log' : 'as they were exported';
    await io.write(
      `Verified: ${many} events of ${escapeText(origin)}, after seq ${after} up to ${through}, ${what}.\n`,
    );
    if (removedThrough !== undefined) {
      await io.write(
        `Of these the events up to ${removedThrough} had been removed from the log, as the manifest says.\n`,
      );
    }
    if (keyFrom === 'manifest') {
      await io.write('The key is the one of the manifest: --key KEY says which it must be.\n');
    }
  }
  if (verdict.ok) return;
  io.writeError(`whodid: ${escapeText(file)} is not what was exported.\n`);
  for (const sentence of verdict.findings) io.writeError(`  ${escapeText(sentence)}\n`);
  if (verdict.found > verdict.findings.length) {
    io.writeError(`  … and ${(verdict.found - verdict.findings.length).toLocaleString('en-US')} more.\n`);
  }
  throw new Exit(EXIT.verificationFailed);
}

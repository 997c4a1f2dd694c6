// Checks the file of an export against its manifest, without a daemon: digests, range, order, the checkpoint's
// signature, and each line that is a proof.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { EventProof } from '../../shared/api.js';
import { type ExportManifest, isExportFormat } from '../../shared/audit-export.js';
import { openCheckpoint } from '../../shared/log/checkpoint.js';
import { checkEventProof } from '../../shared/log/event-proof.js';
import { keysFrom } from '../../shared/log/key-rotation.js';
import { NoteFault, type NoteVerifier, type NoteVerifiers } from '../../shared/log/signed-note.js';
import { Problem } from '../../shared/problem.js';
import { readExport } from './export-file.js';
import { seqOf } from './export-lines.js';
import { manifestOf } from './export-state.js';

export interface ExportVerdict {
  ok: boolean;
  /** Events that were read. */
  events: number;
  /** Whether each of them is proved to be in the log, and not only what the manifest says. */
  proved: boolean;
  /** What is not as it must be, at most `MAX_FINDINGS` sentences, and how much that is in all. */
  findings: string[];
  found: number;
}

/** Most findings that are told. */
const MAX_FINDINGS = 20;

/** The manifest beside `file`. @throws Problem `not_found`, `invalid` */
export async function readManifest(file: string): Promise<ExportManifest> {
  const path = manifestOf(file);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    throw new Problem('not_found', `${path} is not there: without its manifest an export cannot be checked.`);
  });
  try {
    const manifest = JSON.parse(text) as Partial<ExportManifest> | null;
    const isOne =
      manifest?.whodidExport === 1 &&
      isExportFormat(String(manifest.format)) &&
      [manifest.after, manifest.through, manifest.events, manifest.removedThrough ?? 0].every(
        Number.isSafeInteger,
      ) &&
      [manifest.checkpoint, manifest.publicKey, manifest.sha256].every(value => typeof value === 'string');
    if (isOne) return manifest as ExportManifest;
  } catch {
    // Said below, as for everything else that is no manifest.
  }
  throw new Problem('invalid', `${path} is not the manifest of an export.`);
}

/** @param trusted the key of the log, which the manifest alone cannot vouch for */
export async function checkExport(
  file: string,
  manifest: ExportManifest,
  trusted: NoteVerifier,
): Promise<ExportVerdict> {
  const findings: string[] = [];
  let found = 0;
  const find = (sentence: string) => {
    found += 1;
    if (findings.length < MAX_FINDINGS) findings.push(sentence);
  };
  const { format, proofs, after, through, removedThrough = 0 } = manifest;
  const keys = keysFrom(trusted, manifest.rotations);
  for (const sentence of keys.faults) find(sentence);
  const isSigned = checkCheckpoint(manifest, keys.own, find);

  const digest = createHash('sha256');
  const contentDigest = createHash('sha256');
  let events = 0;
  let lastSeq = after;
  const checkLine = (line: string, number: number) => {
    events += 1;
    let seq: number;
    try {
      seq = seqOf(line, format);
    } catch {
      find(`Line ${number} is not one of an export in ${format}.`);
      return;
    }
    if (seq <= lastSeq) find(`Line ${number} has event ${seq}, after event ${lastSeq}.`);
    else if (seq > through) find(`Line ${number} has event ${seq}, and the export goes up to ${through}.`);
    else if (manifest.filter === '' && seq > Math.max(lastSeq, removedThrough) + 1) {
      find(
        `Line ${number} has event ${seq}: those after event ${Math.max(lastSeq, removedThrough)} are missing.`,
      );
    }
    lastSeq = Math.max(lastSeq, seq);
    if (!proofs || !isSigned) return;
    const reason = proofFault(line, manifest, trusted);
    if (reason !== undefined) find(`Line ${number} (event ${seq}) is not proved: ${reason}`);
  };

  try {
    let rest = '';
    let number = 0;
    const decoder = new TextDecoder();
    for await (const chunk of readExport(file, bytes => digest.update(bytes))) {
      contentDigest.update(chunk);
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        number += 1;
        if (format !== 'csv' || number > 1) checkLine(line, number);
      }
    }
    if (rest !== '') find('The last line breaks off.');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_') && !code.startsWith('ERR_ZSTD')) throw error;
    find('The file is damaged: it cannot be decompressed to the end.');
  }
  if (events !== manifest.events) find(`It has ${events} events, and ${manifest.events} were exported.`);
  if (contentDigest.digest('hex') !== manifest.contentSha256) find('What is in it is not what was exported.');
  else if (digest.digest('hex') !== manifest.sha256) find('The file was compressed anew.');
  return { ok: found === 0, events, proved: proofs && isSigned, findings, found };
}

function checkCheckpoint(
  { checkpoint, origin, through, proofs }: ExportManifest,
  verifiers: NoteVerifiers,
  find: (sentence: string) => void,
): boolean {
  try {
    const head = openCheckpoint(checkpoint, ...verifiers);
    if (head.origin !== origin) find(`The checkpoint is of ${head.origin}, and the export of ${origin}.`);
    const isCovered = proofs ? head.size === through : head.size >= through;
    if (!isCovered) find(`The checkpoint is of ${head.size} events, and the export goes up to ${through}.`);
    return true;
  } catch (error) {
    if (!(error instanceof NoteFault)) throw error;
    find(`The checkpoint counts for nothing: ${error.message}`);
    return false;
  }
}

/** Why a line proves nothing. */
function proofFault(
  line: string,
  { checkpoint, rotations }: ExportManifest,
  trusted: NoteVerifier,
): string | undefined {
  try {
    const proof = JSON.parse(line) as EventProof;
    const verdict = checkEventProof(
      { ...proof, checkpoint, ...(rotations === undefined ? {} : { rotations }) },
      trusted,
    );
    return verdict.ok ? undefined : verdict.reason;
  } catch {
    return 'It is damaged.';
  }
}

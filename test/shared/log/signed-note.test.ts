import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openCheckpoint, signCheckpoint } from '#src/shared/log/checkpoint.js';
import { NoteFault, noteSigner, openNote, parseVerifierKey, signNote } from '#src/shared/log/signed-note.js';

// The example of golang.org/x/mod/sumdb/note.
const PETER = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
const PETER_SEED = 'gQoUAtUUbI2E8kQzMPVAgOv5juF9nHT2JS/F1ccoMXM=';
const TEXT =
  "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
const PETER_LINE =
  '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
const ENOCH = 'EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop';
const ENOCH_LINE =
  '— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n';

/** The PKCS #8 frame around the 32 bytes of an Ed25519 key (RFC 8410). */
const PKCS8 = Buffer.from('302e020100300506032b657004220420', 'hex');
const privateKey = (seed: Buffer) =>
  createPrivateKey({ key: Buffer.concat([PKCS8, seed]), format: 'der', type: 'pkcs8' });

const isFault = (error: Error) => error instanceof NoteFault;

const fresh = (name: string) => noteSigner(name, generateKeyPairSync('ed25519').privateKey);

test('the published example is signed byte for byte, and its key has its published form', () => {
  const peter = noteSigner('PeterNeumann', privateKey(Buffer.from(PETER_SEED, 'base64')));
  assert.is(peter.verifier.key, PETER);
  assert.is(signNote(TEXT, peter), `${TEXT}\n${PETER_LINE}`);
});

test('a note is opened by the key of each of its signers', () => {
  const note = `${TEXT}\n${PETER_LINE}${ENOCH_LINE}`;
  assert.is(openNote(note, parseVerifierKey(PETER)), TEXT);
  assert.is(openNote(note, parseVerifierKey(ENOCH)), TEXT);
});

test('a note is refused when the signature that counts is missing, wrong, or of other text', () => {
  const peter = parseVerifierKey(PETER);
  const wrong = PETER_LINE.replace('ZJku', 'ZJkv');
  for (const [note, reason] of [
    [`${TEXT}\n${ENOCH_LINE}`, /not signed by PeterNeumann/],
    [`${TEXT}\n${wrong}`, /signature of PeterNeumann.* is wrong/],
    [`${TEXT}\n${PETER_LINE}${wrong}`, /is wrong/],
    [`${TEXT.replace('don', 'dom')}\n${PETER_LINE}`, /is wrong/],
  ] as const) {
    assert.throws(
      () => openNote(note, peter),
      (error: Error) => error instanceof NoteFault && reason.test(error.message),
    );
  }
});

test('what is no note is refused', () => {
  const peter = parseVerifierKey(PETER);
  for (const note of [
    '',
    TEXT,
    `${TEXT}\n`,
    `${TEXT}\n${PETER_LINE.slice(0, -1)}`,
    `\u0001${TEXT}\n${PETER_LINE}`,
    `\ud800${TEXT}\n${PETER_LINE}`,
    `${TEXT}\n${PETER_LINE}Unexpected line.\n`,
    `${TEXT}\n${PETER_LINE.replace('PeterNeumann', 'Bad Name')}`,
    `${TEXT}\n${PETER_LINE.repeat(101)}`,
  ]) {
    assert.throws(() => openNote(note, peter), /not a signed note/, JSON.stringify(note));
  }
});

test('a key that was cut or mangled anywhere is refused', () => {
  for (let from = 0; from < PETER.length; from += 1) {
    for (const to of [from, from + 1, PETER.length - 1]) {
      assert.throws(() => parseVerifierKey(PETER.slice(0, from) + PETER.slice(to + 1)), isFault);
    }
    const mangled = String.fromCharCode(PETER.charCodeAt(from) + 1);
    assert.throws(() => parseVerifierKey(PETER.slice(0, from) + mangled + PETER.slice(from + 1)), isFault);
  }
  assert.throws(
    () => parseVerifierKey('PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY=='),
    isFault,
  );
  assert.throws(
    () => parseVerifierKey('PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW'),
    isFault,
  );
});

test('a checkpoint is three lines: origin, size, root', () => {
  const signer = fresh('example.com/behind-the-sofa');
  const root = Buffer.from('CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=', 'base64');
  const note = signCheckpoint({ size: 20852163, root }, signer);
  assert.is(
    note.slice(0, note.lastIndexOf('\n\n') + 1),
    'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n',
  );
  assert.equal(openCheckpoint(note, signer.verifier), {
    origin: 'example.com/behind-the-sofa',
    size: 20852163,
    root,
  });
});

test('a signed note that is no checkpoint of this log is refused', () => {
  const signer = fresh('log');
  const root = Buffer.alloc(32).toString('base64');
  const open = (text: string) => () => openCheckpoint(signNote(text, signer), signer.verifier);
  assert.not.throws(open(`log\n0\n${root}\nextension\n`));
  for (const text of [
    `other\n0\n${root}\n`,
    `log\n01\n${root}\n`,
    `log\n-1\n${root}\n`,
    `log\n1.5\n${root}\n`,
    `log\n9999999999999999\n${root}\n`,
    `log\n1\n${root.slice(4)}\n`,
    `log\n1\n${root.replace('=', '')}\n`,
    `log\n1\n`,
    `log\n1\n${root}\n\nextension\n`,
  ]) {
    assert.throws(open(text), isFault, text);
  }
});

test.run();

// What a terminal obeys, as a text that somebody else can choose; and whether any of it reached a terminal.
import * as assert from 'uvu/assert';
import type { DataEvent } from '#src/shared/data-event.js';
import type { Stage } from './stage.js';
import type { TerminalScreen } from './tmux.js';

const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, index) => String.fromCodePoint(from + index));
/** C0 (but for U+0000, which no event has), DEL and C1, what turns the direction of reading, and what is not seen. */
const CONTROLS = [
  ...range(0x01, 0x1f),
  ...range(0x7f, 0x9f),
  ...['\u061c', '\u200b', '\u200e', '\u200f', '\ufeff'],
  ...range(0x2028, 0x202e),
  ...range(0x2060, 0x206f),
  ...range(0xfff9, 0xfffb),
];
/** Titles, the clipboard, a device control string, clearing, colours, the mouse, an answer that would be typed. */
const SEQUENCES = [
  '\u001b]0;owned\u0007',
  '\u001b]52;c;b3duZWQ=\u0007',
  '\u001bP$qm\u001b\\',
  '\u001b[2J\u001b[3J',
  '\u001b[31m',
  '\u001b[?1000h',
  '\u001b[6n',
  '\u009b31m\u009d0;owned\u009c',
];

/** As much as a name may be long. */
export const HOSTILE = `e\u0001x${SEQUENCES.join('')}${CONTROLS.join('')}e`;

/** What an HTTP header can carry of it: a comment that is given with a request. */
export const HOSTILE_HEADER = `e\u0085x${HOSTILE.replaceAll(/[\u0000-\u001f\u007f]/g, '')}`;

/** Its beginning and its end as they are to be seen; in JSON within JSON there are more backslashes. */
export const SEEN = 'e\\\\+u0001x';
export const END_SEEN = '\\\\ufffbe';
export const HEADER_SEEN = 'e\\\\u0085x';

/** What the program and the shell tell a terminal: colours, places, erasing, and the modes that they use. */
const OURS =
  /\u001b\[[\d;]*m|\u001b\[\d+;\d+H|\u001b\[\d*[ABGK]|\u001b\[\?(?:2026|7|25|1049|2004)[hl]|\u001b[78]|\u001b\[c/g;
/** What is copied goes out as letters and digits. */
const COPIED = /(?:\u001bPtmux;\u001b)?\u001b\]52;c;[A-Za-z\d+/=]*\u0007(?:\u001b\\)?/g;
const UNSAFE = new RegExp(`[${CONTROLS.filter(control => !'\r\n\\'.includes(control)).join('')}]`, 'u');

/**
 * Nothing was written to the terminal since then that it obeys but what is ours, and nothing had to be taken out
 * of a frame at the last moment.
 * @param also what else is ours
 */
export function assertHarmless(screen: TerminalScreen, from: number, also = /^$/g): void {
  const written = Buffer.from(screen.written().slice(from), 'latin1').toString();
  const rest = written.replaceAll(COPIED, '').replaceAll(OURS, '').replaceAll(also, '');
  const found = UNSAFE.exec(rest);
  assert.is(found && JSON.stringify(rest.slice(Math.max(0, found.index - 40), found.index + 40)), null);
  assert.not.match(written, /\u001b\[(?:2J|3J|6n|\?1000h)|(?:owned|b3duZWQ=)\u0007|\ufffd/);
}

/** Who acts in what is planted, and what they act on. */
export interface Planted {
  /** The token of a person with that name, an administrator. */
  token: string;
  /** A record whose name, values and members are hostile, with changes and reasons. */
  thing: string;
  /** The newest change of it. */
  change: DataEvent;
}

/** Writes it wherever somebody else can write: three reported events, and a record of a type. */
export async function plant({ it, admin, report }: Stage): Promise<Planted> {
  await report(1, 3, {
    targetId: HOSTILE,
    actorName: HOSTILE,
    targetName: HOSTILE,
    requestId: HOSTILE.slice(0, 120),
    changes: { [HOSTILE]: { prev: HOSTILE, next: { [HOSTILE]: [HOSTILE] } } },
    metadata: { [HOSTILE.slice(0, 60)]: HOSTILE },
    context: { comment: HOSTILE, userAgent: HOSTILE, reason: HOSTILE },
  });
  const person = { name: HOSTILE, email: 'h@example.com', role: 'admin' };
  const made = await it.ask('POST', '/v1/records/users', { token: admin, body: person });
  const password = 'password of h';
  await it.ask('PUT', `/v1/users/${made.body.id}/password`, { token: admin, body: { password } });
  const token = await it.login(person.email, password);

  const properties = {
    title: { type: 'string', maxLength: 400, 'x-whodid': { name: true } },
    kind: { enum: [HOSTILE, `${HOSTILE}2`] },
    more: { type: 'object' },
  };
  const schema = { type: 'object', properties, additionalProperties: false };
  const type = await it.ask('POST', '/v1/types', { token, body: { name: 'things', schema } });
  assert.is(type.status, 201, JSON.stringify(type.body));
  const comment = Buffer.from(HOSTILE_HEADER).toString('latin1');
  const headers = { 'x-audit-comment': comment, prefer: 'return=minimal' };
  const body = { title: HOSTILE, kind: HOSTILE, more: { [HOSTILE]: HOSTILE } };
  const thing = await it.ask('POST', '/v1/records/things', { token, headers, body });
  const id = thing.headers.get('location')?.split('/').at(-1) ?? '';
  for (const text of [`${HOSTILE}2`, `${HOSTILE}3`]) {
    const change = { title: text, more: { [HOSTILE]: text } };
    const { status } = await it.ask('PATCH', `/v1/records/things/${id}`, { token, headers, body: change });
    assert.is(status, 204);
  }
  const [change] = await it.events(`target=things:${id}&action=changed&limit=1`);
  return { token, thing: id, change: change! };
}

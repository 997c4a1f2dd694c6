// Conditional requests (RFC 9110, section 13): what `If-Match` and `If-None-Match` demand of a record's version.
import type { FastifyRequest } from 'fastify';
import { Problem } from '../../shared/problem.js';

/** An entity tag as a condition names it. */
interface EntityTag {
  weak: boolean;
  opaque: string;
}

/** The entity tag of a version of a record. */
export const etag = (version: number) => `"${version}"`;

/** One element of a list of entity tags, which may be empty (RFC 9110, 5.6.1 and 8.8.3). */
const ELEMENT = /[ \t]*(?:(W\/)?"([\x21\x23-\x7e\x80-\xff]*)"[ \t]*)?(?:,|$)/y;

/** The tags of a list, or `*`. @throws Problem `bad_request` for what is neither */
function entityTags(header: 'If-Match' | 'If-None-Match', text: string): EntityTag[] | '*' {
  if (text.trim() === '*') return '*';
  const tags: EntityTag[] = [];
  for (let at = 0; at < text.length; ) {
    ELEMENT.lastIndex = at;
    const element = ELEMENT.exec(text);
    if (element === null) throw malformed(header);
    const [whole, weak, opaque] = element;
    if (opaque !== undefined) tags.push({ weak: weak !== undefined, opaque });
    at += whole.length;
  }
  if (tags.length === 0) throw malformed(header);
  return tags;
}

function malformed(header: string): Problem {
  const reason = 'must be the ETag of the record, like "3", a list of such, or *';
  return new Problem('bad_request', `${header} ${reason}.`, { errors: [{ field: header, reason }] });
}

/** A version as `etag` writes it. */
const VERSION = /^(?:0|[1-9]\d{0,14})$/;

/**
 * The versions that `If-Match` demands one of; nothing for any. Its comparison is strong: a weak tag is of no
 * version, nor is one that no record has ever had.
 * @throws Problem `bad_request` for what are no entity tags
 */
export function ifMatch(request: FastifyRequest): { ifMatch?: number[] } {
  const header = request.headers['if-match'];
  const tags = header === undefined ? '*' : entityTags('If-Match', header);
  if (tags === '*') return {};
  const strong = tags.filter(({ weak, opaque }) => !weak && VERSION.test(opaque));
  return { ifMatch: strong.map(({ opaque }) => Number(opaque)) };
}

/**
 * Whether the client of a read has this version already, by `If-None-Match`; its comparison is weak.
 * @throws Problem `bad_request` for what are no entity tags
 */
export function isKnown(request: FastifyRequest, version: number): boolean {
  const header = request.headers['if-none-match'];
  const tags = header === undefined ? [] : entityTags('If-None-Match', header);
  return tags === '*' || tags.some(({ opaque }) => `"${opaque}"` === etag(version));
}

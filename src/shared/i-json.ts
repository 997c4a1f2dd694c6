// What may enter the system as JSON: I-JSON (RFC 7493), bounded in depth, without keys that poison prototypes.
import { MAX_FAULTS } from './field-faults.js';
import { fieldPath } from './json-pointer.js';
import type { FieldFault } from './problem.js';

/** Most levels of objects and arrays inside each other; `[]` is one level. */
export const MAX_JSON_DEPTH = 64;

/** The reason that is given for what lies deeper. */
export const TOO_DEEP = `is nested more than ${MAX_JSON_DEPTH} levels deep`;

/** Why `text` cannot be stored, or `undefined` if it can. */
export function textFault(text: string): string | undefined {
  if (text.includes('\u0000')) return 'contains U+0000';
  if (!text.isWellFormed()) return 'contains a lone surrogate';
  return undefined;
}

/**
 * What in a parsed JSON value is not I-JSON, or is a trap: strings and keys with U+0000 or a lone surrogate,
 * numbers that are not finite, more than `MAX_JSON_DEPTH` levels, `__proto__` and `constructor.prototype`.
 * Members that are `undefined` count as absent. The first few faults, in document order; empty if it is fine.
 */
export function iJsonFaults(value: unknown): FieldFault[] {
  const walk: Walk = { faults: [], steps: [] };
  check(value, walk);
  return walk.faults;
}

interface Walk {
  faults: FieldFault[];
  /** The keys from the root to the value being looked at; its length is the depth. */
  steps: string[];
}

function check(value: unknown, walk: Walk): void {
  if (walk.faults.length >= MAX_FAULTS) return;
  if (typeof value !== 'object' || value === null) complain(walk, scalarFault(value));
  else if (walk.steps.length >= MAX_JSON_DEPTH) complain(walk, TOO_DEEP);
  else if (Array.isArray(value)) checkItems(value, walk);
  else checkMembers(value, walk);
}

function scalarFault(value: unknown): string | undefined {
  switch (typeof value) {
    case 'string':
      return textFault(value);
    case 'number':
      return Number.isFinite(value) ? undefined : 'is not a finite number';
    case 'boolean':
    case 'object':
      return undefined;
    default:
      return 'is not a JSON value';
  }
}

function checkItems(items: unknown[], walk: Walk): void {
  for (let index = 0; index < items.length; index += 1) {
    walk.steps.push(String(index));
    check(items[index], walk);
    walk.steps.pop();
  }
}

function checkMembers(members: object, walk: Walk): void {
  for (const [key, member] of Object.entries(members)) {
    if (member === undefined) continue;
    walk.steps.push(key);
    const fault = keyFault(key, member);
    if (fault === undefined) check(member, walk);
    else complain(walk, fault);
    walk.steps.pop();
  }
}

function keyFault(key: string, member: unknown): string | undefined {
  if (key === '__proto__') return 'is a name that no field may have';
  if (key === 'constructor' && typeof member === 'object' && member !== null) {
    if (Object.hasOwn(member, 'prototype')) return 'may not have a member named prototype';
  }
  const fault = textFault(key);
  return fault === undefined ? undefined : `has a name that ${fault}`;
}

function complain(walk: Walk, reason: string | undefined): void {
  if (reason !== undefined && walk.faults.length < MAX_FAULTS) {
    walk.faults.push({ field: fieldPath(walk.steps), reason });
  }
}

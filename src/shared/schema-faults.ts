// What a JSON Schema validator complains about, in plain words and by field: bodies of requests and records alike.
import { MAX_FAULTS } from './field-faults.js';
import { fieldPath } from './json-pointer.js';
import type { FieldFault } from './problem.js';

/** As much of an error of Ajv (or of Fastify, which hands Ajv's on) as is read here. */
export interface SchemaError {
  /** JSON pointer of the value that is wrong. */
  instancePath: string;
  keyword: string;
  params: Record<string, unknown>;
  message?: string | undefined;
}

/** Most errors that are looked at: a validator that finds all may have one for each item of a megabyte. */
const MAX_ERRORS = 100;

/** Most characters of a path, and most values of an `enum`, that a fault shows. */
const MAX_PATH_LENGTH = 256;
const MAX_SHOWN_VALUES = 20;

/**
 * The first faults behind a validator's errors, one for each field, in the order in which they were found. Reasons come
 * from the schema alone and never hold a value of the data.
 */
export function faultsOf(errors: readonly SchemaError[]): FieldFault[] {
  const faults = new Map<string, string>();
  const add = ({ field, reason }: FieldFault) => {
    if (!faults.has(field)) faults.set(field, reason);
  };
  let rest = errors.slice(0, MAX_ERRORS);
  while (rest.length > 0 && faults.size < MAX_FAULTS) {
    const [error] = rest;
    const choice = rest.findLastIndex(each => isChoice(each) && covers(each, error!));
    if (choice < 0) {
      if (error!.keyword !== 'if' || errors.length === 1) add(faultOf(error!));
      rest = rest.slice(1);
    } else {
      add(choiceFault(rest[choice]!, rest.slice(0, choice)));
      rest = rest.slice(choice + 1);
    }
  }
  return [...faults].map(([field, reason]) => ({ field, reason }));
}

const isChoice = ({ keyword }: SchemaError) => keyword === 'anyOf' || keyword === 'oneOf';

/** Whether `error` may be of a branch of `choice`: Ajv lists the branches' errors before that of the choice. */
const covers = (choice: SchemaError, error: SchemaError) =>
  `${error.instancePath}/`.startsWith(`${choice.instancePath}/`);

/** `must be a string or must be null`, when each branch says one thing of the value itself. */
function choiceFault(choice: SchemaError, branches: readonly SchemaError[]): FieldFault {
  const field = pathOf(choice);
  if (Array.isArray(choice.params.passingSchemas)) {
    return { field, reason: 'fits more than one of the forms that exclude each other' };
  }
  const faults = branches.filter(branch => !isChoice(branch)).map(faultOf);
  const plain = faults.length > 0 && faults.every(fault => fault.field === field);
  const reasons = [...new Set(faults.map(fault => fault.reason))];
  return { field, reason: plain ? reasons.join(' or ') : 'fits none of the forms that are allowed here' };
}

/** One error as a fault; of what is missing or unknown, the field is named and not the object around it. */
function faultOf(error: SchemaError): FieldFault {
  const { keyword, params } = error;
  const within = (name: unknown) => [pathOf(error), fieldPath([String(name)])].filter(Boolean).join('/');
  switch (keyword) {
    case 'required':
      return { field: within(params.missingProperty), reason: 'is required' };
    case 'dependentRequired':
    case 'dependencies':
      return { field: within(params.missingProperty), reason: `is required with ${String(params.property)}` };
    case 'additionalProperties':
      return { field: within(params.additionalProperty), reason: 'is not a known field' };
    case 'unevaluatedProperties':
      return { field: within(params.unevaluatedProperty), reason: 'is not a known field' };
    case 'propertyNames':
      return { field: within(params.propertyName), reason: 'is not a name that a field may have' };
    default:
      return { field: pathOf(error), reason: REASONS[keyword]?.(params) ?? error.message ?? 'is not valid' };
  }
}

function pathOf({ instancePath }: SchemaError): string {
  const path = instancePath.slice(1).toWellFormed();
  return path.length > MAX_PATH_LENGTH ? `${path.slice(0, MAX_PATH_LENGTH).toWellFormed()}…` : path;
}

type Params = Record<string, unknown>;

const counted = (count: unknown, noun: string) => `${String(count)} ${noun}${count === 1 ? '' : 's'}`;

const COMPARISONS: Record<string, string> = {
  '>=': 'at least',
  '>': 'more than',
  '<=': 'at most',
  '<': 'less than',
};
const comparison = ({ comparison, limit }: Params) =>
  `must be ${COMPARISONS[String(comparison)]} ${String(limit)}`;

/** By keyword (JSON Schema validation, §6), what is wrong. */
const REASONS: Record<string, (params: Params) => string> = {
  type: ({ type }) => `must be ${[type].flat().map(withArticle).join(' or ')}`,
  enum: ({ allowedValues }) => `must be one of ${shown(allowedValues)}`,
  const: ({ allowedValue }) => `must be ${shown([allowedValue])}`,
  minLength: ({ limit }) =>
    limit === 1 ? 'must not be empty' : `must have at least ${counted(limit, 'character')}`,
  maxLength: ({ limit }) => `must have at most ${counted(limit, 'character')}`,
  pattern: ({ pattern }) => `must match the pattern ${String(pattern)}`,
  format: ({ format }) => `must have the format ${String(format)}`,
  minimum: comparison,
  maximum: comparison,
  exclusiveMinimum: comparison,
  exclusiveMaximum: comparison,
  formatMinimum: comparison,
  formatMaximum: comparison,
  formatExclusiveMinimum: comparison,
  formatExclusiveMaximum: comparison,
  multipleOf: ({ multipleOf }) => `must be a multiple of ${String(multipleOf)}`,
  minItems: ({ limit }) => `must have at least ${counted(limit, 'item')}`,
  maxItems: ({ limit }) => `must have at most ${counted(limit, 'item')}`,
  additionalItems: ({ limit }) => `must have at most ${counted(limit, 'item')}`,
  items: ({ limit }) => `must have at most ${counted(limit, 'item')}`,
  unevaluatedItems: ({ len }) => `must have at most ${counted(len, 'item')}`,
  uniqueItems: () => 'must not have the same item twice',
  contains: ({ minContains, maxContains }) =>
    maxContains === undefined
      ? `must have at least ${counted(minContains, 'fitting item')}`
      : `must have ${String(minContains)} to ${String(maxContains)} fitting items`,
  minProperties: ({ limit }) => `must have at least ${counted(limit, 'field')}`,
  maxProperties: ({ limit }) => `must have at most ${counted(limit, 'field')}`,
  not: () => 'has a form that is not allowed',
  if: () => 'does not fit the condition of the schema',
  'false schema': () => 'is not allowed',
};

function withArticle(type: unknown): string {
  if (type === 'null') return 'null';
  return `${/^[aio]/.test(String(type)) ? 'an' : 'a'} ${String(type)}`;
}

/** Values as they are typed: text without quotes, everything else as JSON. */
function shown(values: unknown): string {
  const list = Array.isArray(values) ? values : [];
  const words = list
    .slice(0, MAX_SHOWN_VALUES)
    .map(value => (typeof value === 'string' ? value : JSON.stringify(value)));
  return `${words.join(', ')}${list.length > MAX_SHOWN_VALUES ? ' …' : ''}`;
}

// The daemon's own log, for whoever operates it (the audit log is another thing): levels, lines, where they go.
import type { LogLevel } from '../shared/settings.js';

export type LogFields = Record<string, unknown>;

/** `message` is a sentence that stays the same; what varies is in `fields`. Never a secret in either. */
export type LogWrite = (message: string, fields?: LogFields) => void;

export interface Log {
  debug: LogWrite;
  info: LogWrite;
  warn: LogWrite;
  error: LogWrite;
}

/** One thing that was logged. */
export interface LogEntry {
  level: LogLevel;
  /** Milliseconds since the Unix epoch. */
  time: number;
  message: string;
  fields: LogFields;
}

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 };

/** A log that hands entries of `level` and above to `write`. */
export function createLog(parts: {
  level: LogLevel;
  clock: () => number;
  write: (entry: LogEntry) => void;
}): Log {
  const at = (level: LogLevel): LogWrite => {
    if (RANK[level] < RANK[parts.level]) return () => undefined;
    return (message, fields = {}) => parts.write({ level, time: parts.clock(), message, fields });
  };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** An entry as one line of JSON, for the file. */
export function jsonLine({ level, time, message, fields }: LogEntry): string {
  const head = { time: new Date(time).toISOString(), level, msg: message };
  return `${JSON.stringify({ ...head, ...plainFields(fields) })}\n`;
}

/** An entry as a line for a person, fields as `name=value`; a stack goes on below. */
export function readableLine({ level, time, message, fields }: LogEntry): string {
  const { stack, ...facts } = plainFields(fields);
  const words = Object.entries(facts).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const line = [new Date(time).toISOString(), level.padEnd(5), message, ...words].join(' ');
  return `${line}\n${typeof stack === 'string' ? `${stack}\n` : ''}`;
}

/** Fields as JSON can hold them: the error under `error` becomes its message, code and stack. */
function plainFields(fields: LogFields): LogFields {
  const { error, ...rest } = fields;
  if (error === undefined) return rest;
  if (!(error instanceof Error)) return { ...rest, error: String(error) };
  const { code } = error as NodeJS.ErrnoException;
  return { ...rest, error: error.message, ...(code === undefined ? {} : { code }), stack: error.stack };
}

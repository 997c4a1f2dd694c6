// What a command is called, as it is typed.
import type { Command } from 'commander';

/** `whodid audit events`; `more` are names below it. */
export function fullName(command: Command, ...more: string[]): string {
  const names = [command.name(), ...more];
  return command.parent === null ? names.join(' ') : fullName(command.parent, ...names);
}

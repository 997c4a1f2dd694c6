// whodid audit prove: a proof that an event is in the log.
import type { Command } from 'commander';
import type { Client } from '../../../shared/client.js';
import type { CommandContext } from '../../context.js';
import type { Io } from '../../io.js';
import { examples } from '../../lazy-commands.js';
import { safeJson } from '../../output/escape.js';

export interface ProveOptions {
  io: Io;
  client: Client;
  id: string;
}

export function register(command: Command, context: CommandContext): void {
  command.description(
    'Print a proof that an event is in the log: the whole event, the way to the root of the tree, and a signed ' +
      'checkpoint. Anybody can check it with `whodid audit verify-proof` and the public key.',
  );
  examples(command, [
    ['Prove', 'whodid audit prove 0190b3c2-8f6e-7d3a-9c1b-5a2e4d6f8a10 > proof.json'],
    ['Check', 'whodid audit verify-proof proof.json --key "$(cat whodid.pub)"'],
  ]);
  command
    .argument('<event>', 'its id, or the SEQ that tables show')
    .action((id: string) => run({ ...context, client: context.client(), id }));
}

export async function run({ io, client, id }: ProveOptions): Promise<void> {
  await io.write(`${safeJson(await client.audit.prove(id))}\n`);
}

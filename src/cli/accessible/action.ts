// What a choice of the walk is, and the world that it is given.
import type { Me } from '../../shared/api.js';
import type { Client } from '../../shared/client.js';
import type { ClientPaths } from '../../shared/paths.js';
import type { Io } from '../io.js';
import type { TimeFlags } from '../output/times.js';
import type { Walk } from './walk.js';

export interface WalkWorld {
  io: Pick<Io, 'write' | 'prompts'>;
  client: Client;
  clock(): number;
  /** Where views are kept. */
  config: Pick<ClientPaths, 'dir'>;
  me: Me;
  /** Nothing can be changed. */
  readOnly: boolean;
  flags: TimeFlags;
}

export interface WalkAction {
  label: string;
  /** In a page of events, or in one event. */
  place: 'events' | 'event';
  /** Whether it is offered. */
  when?(walk: Walk, world: WalkWorld): boolean;
  /** @throws Problem as the daemon said it */
  run(walk: Walk, world: WalkWorld): Promise<Walk>;
}

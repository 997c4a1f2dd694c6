// An action of the interactive table.
import type { Action } from '../keys/action.js';
import type { Place, TableState } from './state.js';

export type TableAction = Action<TableState, Place>;

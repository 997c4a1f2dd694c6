// How much of a list one answer has, and in which order.
import type { Order } from './vocabulary.js';

/** Entries of a page when the query does not say. */
export const DEFAULT_LIMIT = 50;

/** Most entries of one page. */
export const MAX_LIMIT = 1000;

/** Newest first. */
export const DEFAULT_ORDER: Order = 'desc';

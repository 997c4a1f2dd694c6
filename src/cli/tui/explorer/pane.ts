// The panes of the explorer, in the order in which Tab goes round them.
export const PANES = ['events', 'detail', 'record', 'busiest'] as const;
export type Pane = (typeof PANES)[number];

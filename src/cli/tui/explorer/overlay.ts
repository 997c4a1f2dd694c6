// What a step can show instead of its panes.
export type Overlay = { what: 'text'; title: string; lines: readonly string[]; scroll: number };

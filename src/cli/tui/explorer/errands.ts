// What the explorer asks of the world outside its state: the show does each once, and tells what came of it.

export type Errand =
  | { what: 'login'; password: string }
  | { what: 'mouse'; on: boolean }
  | { what: 'stop' }
  | { what: 'repaint' };

// An answer that comes as lines of JSON while the daemon works on it. Breaking off is told by the lack of a last line.
import type { Answer } from './transport.js';

export async function* answerLines<Line>({ body }: Answer): AsyncGenerator<Line> {
  body.setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of body) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop()!;
      for (const line of lines) yield JSON.parse(line) as Line;
    }
  } catch (error) {
    if (error instanceof SyntaxError) throw error;
  }
}

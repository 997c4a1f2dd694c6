// Who is following the log: so many in all, and so many for each user, that nobody can take every place.
import { Problem } from '../../shared/problem.js';

/** Most streams at once, and of these most for one user and the tokens of that user. */
export const FOLLOWERS = { inAll: 200, ofOneUser: 20 };

export interface Followers {
  /**
   * Takes a place for a user; returns how to leave it.
   * @throws Problem `unavailable` if there is none
   */
  join(userId: string): () => void;
}

export function createFollowers(most = FOLLOWERS): Followers {
  const counts = new Map<string, number>();
  let total = 0;
  return {
    join(userId) {
      const own = counts.get(userId) ?? 0;
      if (own >= most.ofOneUser) {
        throw full(
          `You are following the log ${own} times already, with your tokens, and more is not possible. End one of these, or try again later.`,
        );
      }
      if (total >= most.inAll) {
        throw full(`${total} programs are following the log already. Try again later.`);
      }
      counts.set(userId, own + 1);
      total += 1;
      let joined = true;
      return () => {
        if (!joined) return;
        joined = false;
        total -= 1;
        const left = counts.get(userId)! - 1;
        if (left === 0) counts.delete(userId);
        else counts.set(userId, left);
      };
    },
  };
}

const full = (sentence: string) => new Problem('unavailable', sentence, { retryAfterSeconds: 10 });

// What says that there is more above or below.

/** How much there is below and above, where not all is shown. */
export function scrollNote(all: number, first: number, room: number): string {
  if (all <= room) return '';
  const below = all - first - room;
  return [first > 0 ? `↑ ${first}` : '', below > 0 ? `↓ ${below}` : ''].filter(text => text !== '').join(' ');
}

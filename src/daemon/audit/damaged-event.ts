/** A stored event cannot be read, or what it is found by cannot be; why, as the end of a sentence. */
export class DamagedEvent extends Error {}

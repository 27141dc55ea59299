import type { Edition, End } from './edition.ts'

/** The first end of an outcome in an edition, if it has one. */
export function endOf({ ends }: Pick<Edition, 'ends'>, outcome: End['outcome']): End | undefined {
  return ends.find((end) => end.outcome === outcome)
}

import type { Arrow, Arrows, Guard, Routes, StageState } from './kind.ts'

/** The applicant's way out, where the edition leaves it open. */
export function withdrawal(stage: { withdrawable: boolean }, routes: Routes): Arrows {
  return stage.withdrawable ? { withdraw: routes.end('withdrawn') } : {}
}

/** The applicant mends what nobody has looked at yet. */
export function amendment({ id }: { id: string }, routes: Routes): Arrows {
  return routes.isBeforeReviews(id) ? { amend: [{}] } : {}
}

/** The same way, on which more must be so. */
export function also<Way extends Arrow>(way: Way, { holds = [], asks = [], ...guard }: Guard): Way {
  const before = way.guard ?? {}
  return {
    ...way,
    guard: {
      ...before,
      ...guard,
      ...(before.holds || holds.length > 0 ? { holds: [...(before.holds ?? []), ...holds] } : {}),
      ...(before.asks || asks.length > 0 ? { asks: [...(before.asks ?? []), ...asks] } : {}),
    },
  }
}

/** An officer takes a task in hand, gives it back, or answers it. */
export function officersTask(answers: Arrows, more: Record<string, StageState> = {}): StageState {
  return {
    initial: 'unclaimed',
    states: {
      unclaimed: { on: { claim: [{ target: 'claimed' }] } },
      claimed: { on: { release: [{ target: 'unclaimed' }], ...answers } },
      ...more,
    },
  }
}

import type { StageOf } from '../../edition/edition.ts'
import { officersTask } from '../arrows.ts'
import type { Arrow, Arrows, Guard, Routes, StageState } from '../kind.ts'
import type { guards } from './guards.ts'

type Supervision = StageOf<'supervision'>

/**
 * A certified project under construction (三（二）、三（四）): it is built, extended, completed or revoked in one region, and
 * reports its progress in the other.
 */
export function stateOfSupervision(stage: Supervision, routes: Routes): StageState {
  return {
    type: 'parallel',
    on: { urge: [{}] },
    states: { construction: construction(stage, routes), reporting: reporting(stage) },
  }
}

/** `current` until a report is late, `late` until none is owed any more. */
function reporting(stage: Supervision): StageState {
  return {
    initial: 'current',
    states: {
      current: { on: { report: [{}], overdue: [{ target: 'late', guard: about('progressReport') }] } },
      late: {
        on: { report: [{ target: 'late', guard: asks(stage, 'owesReports') }, { target: 'current' }] },
      },
    },
  }
}

function construction(stage: Supervision, routes: Routes): StageState {
  const ways = {
    ...completion(routes),
    ...revocation(stage),
    ...extension,
  }
  const explained: Arrow = { target: 'explained' }
  return {
    initial: 'building',
    // While something is being decided the date passes all the same, and the case comes back overdue.
    on: { overdue: [{ guard: about('completion') }] },
    states: {
      building: {
        // A case comes back here that was completed while its revocation was decided, whose extension waited for that, or
        // whose date has passed meanwhile; or the date had passed when it was certified.
        always: [
          ...routes.end('completed').map((way) => ({ ...way, guard: asks(stage, 'isCompleted') })),
          { target: 'extensionDecision', guard: asks(stage, 'isExtensionAsked') },
          { target: 'explained', guard: asks(stage, 'isExplained') },
          { target: 'overdue', guard: asks(stage, 'isOverdue') },
        ],
        on: { ...ways, overdue: [{ target: 'overdue', guard: about('completion') }] },
      },
      overdue: { on: { ...ways, explainOverdue: [explained] } },
      explained: { on: { ...ways, explainOverdue: [{}] } },
      ...decisions(stage, routes),
    },
  }
}

/** What waits for somebody's word. Whoever asked may ask otherwise or take it back until it is given. */
function decisions(stage: Supervision, routes: Routes): Record<string, StageState> {
  const meanwhile = { ...missed, ...revocation(stage) }
  const revoking = { ...meanwhile, ...completedMeanwhile, ...takenBack(stage) }
  return {
    extensionDecision: {
      ...officersTask({ grantExtension: back(stage), refuseExtension: back(stage) }),
      on: { ...meanwhile, withdrawRequest: back(stage), ...completion(routes), ...extension },
    },
    hearing: {
      on: {
        ...revoking,
        respond: [{ target: 'revocationDecision' }],
        lapse: [{ target: 'revocationDecision', guard: about('hearing') }],
      },
    },
    revocationDecision: {
      ...officersTask({ revoke: routes.end('revoked'), refuseRevocation: back(stage) }),
      on: revoking,
    },
  }
}

/** The date passes while something is decided: remembered until the project is back. */
const missed: Arrows = { overdue: [{ guard: about('completion') }] }

/** What is asked for again takes the place of what is being decided, and is decided anew. */
const extension: Arrows = { requestExtension: [{ target: 'extensionDecision' }] }

/** An officer takes the revocation back; or the holder the extension that waits for it, which ends nothing else. */
const takenBack = (stage: Supervision): Arrows => ({
  withdrawRequest: [...back(stage).map((way) => ({ ...way, guard: asks(stage, 'isBeingDecided') })), {}],
})

/** A completion that is reported while a revocation is decided ends nothing: it counts once the project is not revoked. */
const completedMeanwhile: Arrows = { complete: [{}] }

const completion = (routes: Routes): Arrows => ({ complete: routes.end('completed') })

/** An officer who wants a revocation hears the enterprise first; one that the enterprise asks for is decided at once. */
function revocation({ officers }: Supervision): Arrows {
  return {
    requestRevocation: [
      { target: 'hearing', guard: { type: 'isFrom', params: { roles: officers } } },
      { target: 'revocationDecision' },
    ],
  }
}

function back({ id }: Supervision): Arrow[] {
  return [{ target: `#${id}.construction.building` }]
}

function about(task: string): NonNullable<Arrow['guard']> {
  return { type: 'isAbout', params: { task } }
}

function asks({ id }: Supervision, question: keyof typeof guards): Guard {
  return { type: 'isSo', params: { stage: id, question } }
}

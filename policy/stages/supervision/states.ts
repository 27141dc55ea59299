import type { StageOf } from '../../edition/edition.ts'
import { also, officersTask } from '../arrows.ts'
import type { Arrow, Arrows, Guard, Routes, StageState } from '../kind.ts'
import type { guards } from './guards.ts'

type Supervision = StageOf<'supervision'>

/**
 * A certified project under construction (三（二）、三（四）): it is built, extended, completed or revoked in one region, and
 * reports its progress in the other; what an edition leaves out there is not.
 */
export function stateOfSupervision(stage: Supervision, routes: Routes): StageState {
  return {
    type: 'parallel',
    on: { urge: [{}] },
    states: {
      construction: construction(stage, routes),
      ...(stage.reports && { reporting: reporting(stage) }),
    },
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
  const completed = completion(stage, routes)
  const ways = { ...completed, ...revocation(stage), ...extension(stage) }
  const explained: Arrow = { target: 'explained' }
  const isDated = stage.completion !== undefined
  return {
    initial: 'building',
    states: {
      building: {
        // A case comes back here that was completed while its revocation was decided, whose extension waited for that, or
        // whose date has passed by now, as it does also while something is decided; or it had when the case was certified.
        ...(isDated && {
          always: [
            ...(completed.complete ?? []).map((way) => also(way, asks(stage, 'isCompleted'))),
            ...(stage.extension
              ? [{ target: 'extensionDecision', guard: asks(stage, 'isExtensionAsked') }]
              : []),
            { target: 'explained', guard: asks(stage, 'isExplained') },
            { target: 'overdue', guard: asks(stage, 'isOverdue') },
          ],
        }),
        on: { ...ways, ...(isDated && { overdue: [{ target: 'overdue', guard: about('completion') }] }) },
      },
      ...(isDated && {
        overdue: { on: { ...ways, explainOverdue: [explained] } },
        explained: { on: { ...ways, explainOverdue: [{}] } },
      }),
      ...(stage.extension && { extensionDecision: decisionOnExtension(stage, routes) }),
      ...(stage.hearing && decisionsOnRevocation(stage, routes)),
    },
  }
}

/** What waits for somebody's word. Whoever asked may ask otherwise or take it back until it is given. */
function decisionOnExtension(stage: Supervision, routes: Routes): StageState {
  return {
    ...officersTask({ grantExtension: back(stage), refuseExtension: back(stage) }),
    on: {
      ...revocation(stage),
      withdrawRequest: back(stage),
      ...completion(stage, routes),
      ...extension(stage),
    },
  }
}

function decisionsOnRevocation(stage: Supervision, routes: Routes): Record<string, StageState> {
  const revoking = {
    ...revocation(stage),
    // A completion that is reported meanwhile ends nothing: it counts once the project is not revoked.
    ...(stage.completion && { complete: [{}] }),
    ...takenBack(stage),
  }
  return {
    hearing: {
      on: {
        ...revoking,
        respond: [{ target: 'revocationDecision' }],
        lapse: [{ target: 'revocationDecision', guard: about('hearing') }],
      },
    },
    revocationDecision: {
      ...officersTask({ revoke: routes.of(stage.id, 'revoke'), refuseRevocation: back(stage) }),
      on: revoking,
    },
  }
}

/** What is asked for again takes the place of what is being decided, and is decided anew. */
function extension({ extension: possible }: Supervision): Arrows {
  return possible ? { requestExtension: [{ target: 'extensionDecision' }] } : {}
}

/** An officer takes the revocation back; or the holder the extension that waits for it, which ends nothing else. */
function takenBack(stage: Supervision): Arrows {
  return { withdrawRequest: [...back(stage).map((way) => also(way, asks(stage, 'isBeingDecided'))), {}] }
}

/** A completion after the date may lead elsewhere, where the edition says so. */
function completion(stage: Supervision, routes: Routes): Arrows {
  if (!stage.completion) return {}
  const late = stage.answers?.completeLate ? routes.of(stage.id, 'completeLate') : []
  return {
    complete: [...late.map((way) => also(way, asks(stage, 'isOverdue'))), ...routes.of(stage.id, 'complete')],
  }
}

/** An officer who wants a revocation hears the enterprise first; one that the enterprise asks for is decided at once. */
function revocation({ officers, hearing }: Supervision): Arrows {
  if (!hearing) return {}
  return {
    requestRevocation: [{ target: 'hearing', guard: { from: officers } }, { target: 'revocationDecision' }],
  }
}

function back({ id }: Supervision): Arrow[] {
  return [{ target: `#${id}.construction.building` }]
}

function about(task: string): Guard {
  return { about: task }
}

function asks({ id }: Supervision, question: keyof typeof guards): Guard {
  return { asks: [{ stage: id, question }] }
}

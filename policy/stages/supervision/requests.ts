import type { StageOf } from '../../edition/edition.ts'
import type { Case } from '../../case/case.ts'
import type { CaseEvent } from '../../case/events.ts'
import { completionDueOn, plannedCompletion, type Asked, type Request, type Supervision } from './kept.ts'

type WaitingExtension = Extract<Request, { kind: 'extension' }>

/** The roles of the side that has asked for what is being decided: the holder's, or the officers'. */
export function askersIn(stage: StageOf<'supervision'>, { request }: Pick<Supervision, 'request'>): string[] {
  return request && stage.by.includes(request.role) ? stage.by : stage.officers
}

/** The roles that may take back what they have asked for: also the holder's, whose extension waits for another decision. */
export function takersBack(stage: StageOf<'supervision'>, kept: Pick<Supervision, 'request'>): string[] {
  const askers = askersIn(stage, kept)
  return waits(kept) ? [...new Set([...stage.by, ...askers])] : askers
}

/** Whether an event takes back the extension that waits, and not what is being decided. */
export function takesBackWaiting(
  stage: StageOf<'supervision'>,
  kept: Pick<Supervision, 'request'>,
  event: CaseEvent,
): boolean {
  return event.type === 'withdrawRequest' && waits(kept) !== undefined && stage.by.includes(event.by.role)
}

/** Whether somebody asked for what is being decided, in this form or an earlier one. */
export function hasAsked({ request }: Pick<Supervision, 'request'>, user: string): boolean {
  return request?.by === user || (request?.replaced?.includes(user) ?? false)
}

/** Whether the holder waits for what it asked for in time: its date does not pass while officers decide. */
export function waitsInTime(
  stage: StageOf<'supervision'>,
  { request }: Pick<Supervision, 'request'>,
): boolean {
  return [request, waits({ request })].some((each) => each && !each.late && stage.by.includes(each.role))
}

/** What a supervision is asked for after an event on a day. */
export function requestAfter(
  stage: StageOf<'supervision'>,
  kept: Case,
  event: CaseEvent,
  on: string,
): Request | null {
  const { supervision } = kept
  if (!supervision) return null
  const { request } = supervision
  if (event.type === 'requestExtension')
    return {
      kind: 'extension',
      completeOn: event.completeOn,
      ...asked(supervision, kept.holds, 'extension', event, on),
    }
  if (event.type === 'requestRevocation') {
    const waiting = stage.by.includes(event.by.role) ? undefined : waitingOf(request)
    return {
      kind: 'revocation',
      ...(waiting && { waiting }),
      ...asked(supervision, kept.holds, 'revocation', event, on),
    }
  }
  if (event.type === 'complete') return request?.kind === 'revocation' ? request : null
  if (!endings.has(event.type)) return request
  if (request?.kind === 'revocation' && takesBackWaiting(stage, supervision, event)) {
    const { waiting: _waiting, ...revocation } = request
    return revocation
  }
  return request?.kind === 'revocation' && event.type !== 'revoke' ? (request.waiting ?? null) : null
}

/** What ends a request; an extension that waited for that is asked for again. */
const endings: ReadonlySet<CaseEvent['type']> = new Set([
  'grantExtension',
  'refuseExtension',
  'revoke',
  'refuseRevocation',
  'withdrawRequest',
])

/** The day of a decision on what was asked for in time, if the date had passed by then: it is the last day instead. */
export function decidedAfter(
  stage: StageOf<'supervision'>,
  { supervision, holds }: Case,
  after: Supervision,
  on: string,
): Pick<Supervision, 'decidedOn'> {
  const isDecided = supervision && waitsInTime(stage, supervision) && !waitsInTime(stage, after)
  return isDecided && completionDueOn(after, holds) < on ? { decidedOn: on } : {}
}

/** The extension that waits until a revocation is decided. */
function waits({ request }: Pick<Supervision, 'request'>): WaitingExtension | undefined {
  return request?.kind === 'revocation' ? request.waiting : undefined
}

function waitingOf(request: Request | null): WaitingExtension | undefined {
  return request?.kind === 'extension' ? request : waits({ request })
}

function asked(
  kept: Supervision,
  holds: Case['holds'],
  kind: Request['kind'],
  { by: { user, role }, reason }: { by: { user: string; role: string }; reason: string },
  on: string,
): Asked {
  const { request, since, decidedOn } = kept
  const earlier = request?.kind === kind ? [...(request.replaced ?? []), request.by] : []
  const planned = plannedCompletion(kept, holds)
  // Who got the certificate after the date can have asked on no day before.
  const lastDay = decidedOn === since && planned < since ? since : planned
  return { by: user, role, reason, on, late: on > lastDay, ...(earlier.length > 0 && { replaced: earlier }) }
}

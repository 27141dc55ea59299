import type { CaseEvent, ProjectState } from './case.ts'
import type { EventType } from './events.ts'

/** An event of a type that only asks the machine whether there is an arrow; no guard looks at more than the application. */
export function probe({ case: { application } }: Pick<ProjectState, 'case'>, type: EventType): CaseEvent {
  const by = { user: '', role: '' }
  switch (type) {
    case 'completeAssessment':
      return { type, by, score: 0, level: 0 }
    case 'return':
    case 'reject':
    case 'withdraw':
    case 'extendTime':
    case 'refuseExtension':
    case 'requestRevocation':
    case 'revoke':
    case 'refuseRevocation':
      return { type, by, reason: '' }
    case 'amend':
    case 'resubmit':
      return { type, by, application }
    case 'suspend':
      return { type, by, ground: '', reason: '' }
    case 'report':
      return { type, by, percent: 0, invested: {} }
    case 'complete':
      return { type, by, completedOn: '', effects: [] }
    case 'explainOverdue':
      return { type, by, reason: '', measures: '' }
    case 'requestExtension':
      return { type, by, reason: '', measures: '', completeOn: '' }
    case 'respond':
      return { type, by, statement: '' }
    case 'submit':
    case 'claim':
    case 'release':
    case 'resume':
    case 'approve':
    case 'urge':
    case 'grantExtension':
    case 'withdrawRequest':
      return { type, by }
  }
}

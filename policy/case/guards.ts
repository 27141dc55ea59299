import { holds } from '../edition/conditions.ts'
import type { Edition, Stage } from '../edition/edition.ts'
import { kindOf } from '../stages/index.ts'
import type { Guard, Moment } from '../stages/kind.ts'
import { calendarOf, type DeadlineContext } from '../time/deadline-context.ts'
import type { Case } from './case.ts'
import { bringsForm, type DatedEvent } from './events.ts'
import { factsOf } from './remember.ts'

/** Whether all is so that an arrow asks of a case and of an event, with the person who sends it. */
export function isMet(rules: DeadlineContext, guard: Guard, kept: Case, event: DatedEvent): boolean {
  const { holds: conditions = [], from, about, part, sender, asks = [] } = guard
  const application = bringsForm(event) ? event.application : kept.application
  return (
    (from === undefined || ('by' in event && from.includes(event.by.role))) &&
    (about === undefined || ('task' in event && event.task === about)) &&
    (part === undefined || ('part' in event && event.part === part)) &&
    (sender === undefined || kept.sender === sender) &&
    conditions.every((condition) => holds(rules.edition, condition, factsOf({ ...kept, application }))) &&
    asks.every(({ stage: id, question, of }) => {
      const stage = stageNamed(rules.edition, id)
      const isSo = kindOf(stage).guards?.[question]
      return isSo?.(stage, kept, event, momentIn(rules, stage, event), of) ?? false
    })
  )
}

/** The stage of a name that the machine itself has given. */
export function stageNamed({ stages }: Edition, id: string): Stage {
  const stage = stages.find((each) => each.id === id)
  if (!stage) throw new Error(`the edition has no stage ${id}`)
  return stage
}

/** Where and when an event meets a stage: by the calendar of those whose turn it is. */
export function momentIn(rules: DeadlineContext, { by }: Stage, { on }: Pick<DatedEvent, 'on'>): Moment {
  return { edition: rules.edition, calendar: calendarOf(rules, by), on }
}

import { allHandlersFinished, condition, continueAsNew, setHandler } from '@temporalio/workflow'
import { adoptCalendars, applyAdminCommand, filed, recorded, send, type ProjectInput } from './contract.ts'
import { ProjectLife } from './project-life.ts'

/**
 * One project, from its filing to its end: it takes events, has each step recorded, and wakes when a deadline has
 * something to say. It keeps the edition that it was filed under, and counts by the calendars in force.
 */
export async function project(input: ProjectInput): Promise<void> {
  const life = new ProjectLife(input)
  setHandler(filed, () => life.whenFiled())
  setHandler(send, (command) => life.carryOut(command), { validator: (command) => life.check(command) })
  setHandler(recorded, (onRecord) => life.confirm(onRecord))
  setHandler(adoptCalendars, (adoption) => life.adoptCalendars(adoption))
  setHandler(applyAdminCommand, (given) => life.applyAdminCommand(given), {
    validator: (given) => life.checkAdminCommand(given),
  })

  await life.begin()
  while (!life.isOver()) await life.waitForTime()
  await condition(allHandlersFinished)
  if (!life.isDone()) await continueAsNew<typeof project>(life.handOver())
}

import { allHandlersFinished, condition, continueAsNew, setHandler } from '@temporalio/workflow'
import { adoptCalendars, filed, send, type ProjectInput } from './contract.ts'
import { ProjectLife } from './project-life.ts'

/**
 * One project, from its filing to its end: it takes events, has each step recorded, and wakes when a deadline has
 * something to say. It keeps the edition and the calendar that it was filed under.
 */
export async function project(input: ProjectInput): Promise<void> {
  const life = new ProjectLife(input)
  setHandler(filed, () => life.whenFiled())
  setHandler(send, (command) => life.carryOut(command), { validator: (command) => life.check(command) })
  setHandler(adoptCalendars, (adoption) => life.adopt(adoption))

  await life.begin()
  while (!life.isOver()) await life.waitForTime()
  await condition(allHandlersFinished)
  if (!life.isDone()) await continueAsNew<typeof project>(life.handOver())
}

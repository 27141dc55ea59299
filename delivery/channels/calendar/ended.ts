import type { Models } from '../../../models/index.ts'
import { taskIdOf } from '../../../policy/notices/notice.ts'
import type { CalendarEntry } from './calendar.ts'
import type { Contents } from '../../outgoing-message.ts'

/** A date of a task that is over, but for what it is called. */
export type Ended = Omit<CalendarEntry, 'title'>

/**
 * What stands no more in the calendars of those who have no more than mails: of a message's cases the tasks whose dates were
 * mailed to its recipient, and that were done or fell away before that date has come.
 */
export async function endedOf(
  { notices, tasks }: Models,
  contents: Contents[],
  today: string,
): Promise<(contents: Contents) => Ended[]> {
  const mails = contents.filter(({ message }) => message.channel === 'email')
  const projects = mails.flatMap((mail) => mail.notices.map(({ project }) => project))
  const sent = await notices
    .find({
      project: { $in: [...new Set(projects)] },
      recipient: { $in: mails.map(({ message }) => message.recipient) },
      channel: 'email',
      status: 'sent',
      dueOn: { $gte: today },
    })
    .lean()
  const dates = sent.map(({ project, recipient, part, dueOn, dateOf, ...about }) => {
    const named = { task: about.task, entry: about.entry, part, ...dateOf }
    return { ...named, project, recipient, dueOn, id: taskIdOf(named, project) }
  })
  const ids = [...new Set(dates.map(({ id }) => id))]
  const over = ids.length > 0 ? await tasks.find({ _id: { $in: ids }, open: false }).lean() : []
  const overById = new Map(over.map((task) => [task._id, task]))
  return ({ message, notices: shown }) =>
    dates.flatMap(({ id, recipient, dueOn, ...date }) => {
      const task = overById.get(id)
      const isTheirs =
        recipient === message.recipient && shown.some(({ project }) => project === date.project)
      if (!task || dueOn === null || !isTheirs) return []
      return [{ ...date, dueOn, cancelled: true, revision: task.revision, stamp: task.at }]
    })
}

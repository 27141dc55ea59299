import { condition, defineUpdate, setHandler } from '@temporalio/workflow'

/** Answers the start, as `filed` does in the product. */
export const begun = defineUpdate<number>('begun')
/** One event of the bare lifecycle. */
export const advance = defineUpdate<number, [{ step: number }]>('advance')

/** A lifecycle with nothing in it: the same updates, one timer a task, no machine, no record. */
export async function bare({ steps }: { steps: number }): Promise<void> {
  let step = 0
  setHandler(begun, () => step)
  setHandler(advance, (asked) => (step = asked.step), {
    validator: (asked) => {
      if (asked.step !== step + 1) throw new Error('out of order')
    },
  })
  const isOver = () => step >= steps
  while (!isOver()) {
    const current = step
    await condition(() => step > current, '30 days')
  }
}

import type { Edition } from '../edition/edition.ts'

/** Of a case that goes back to a stage of the order, what was approved before that stage still counts. */
export function approvalsBefore(
  { stages }: Pick<Edition, 'stages'>,
  to: string | undefined,
  approvals: string[],
): string[] {
  const order = stages.map(({ id }) => id)
  const target = stages.find(({ id }) => id === to)
  // A correction is in no order: all is looked at anew.
  if (!target || target.kind === 'correction') return []
  return approvals.filter((approved) => order.indexOf(approved) < order.indexOf(target.id))
}

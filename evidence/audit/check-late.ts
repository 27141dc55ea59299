import type { Models } from '../../models/index.ts'
import type { Anchor, Leaf } from '../../policy/integrity/anchors.ts'
import { finding, type AuditFinding } from './findings.ts'

/** How long (milliseconds) a line may take to be in an anchor once it says that it is there. */
const slackMs = 2 * 86_400_000
const atOnce = 1_000
const mostTold = 100

/**
 * Lines that an anchor is the first to have although they say that they were there long before the one before it: a step that
 * took days to be written, or one that was put in later. Days on which nobody anchored make no line late.
 */
export async function lateLines(
  { history, leaves }: Models,
  { anchor, earlier }: { anchor: Anchor; earlier: Anchor },
  covered: readonly Leaf[],
): Promise<AuditFinding[]> {
  const before = new Date(Date.parse(earlier.at) - slackMs)
  const names = covered.flatMap(({ kind, id, revision }) => (kind === 'case' ? [`${id}:${revision}`] : []))
  const late: AuditFinding[] = []
  for (let from = 0; from < names.length && late.length < mostTold; from += atOnce) {
    const found = await history
      .find(
        { _id: { $in: names.slice(from, from + atOnce) }, at: { $lt: before } },
        { project: 1, link: 1, at: 1 },
      )
      .limit(mostTold)
      .lean()
    for (const { _id, project, link, at } of found) {
      const isKnown = await leaves.exists({ id: project, anchor: { $lt: anchor.serial }, digest: link })
      const told = {
        expected: `an anchor before ${earlier.at}`,
        found: `${at.toISOString()}: first in anchor ${anchor.serial}`,
      }
      if (!isKnown) late.push(finding('line-late', _id, told))
    }
  }
  return late
}

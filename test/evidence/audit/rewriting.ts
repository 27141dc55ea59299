import type { Models } from '../../../models/index.ts'
import { phaseOf } from '../../../policy/case/case.ts'
import { linkOf } from '../../../policy/integrity/chain.ts'
import { digestOf } from '../../../policy/integrity/digest.ts'

/** Which case. */
type Case = { id: string }

/** Does something to a case, looks, and puts the case back. */
export async function after<T>(
  models: Models,
  { id }: Case,
  change: () => Promise<unknown>,
  look: () => Promise<T>,
): Promise<T> {
  const { history, snapshots, projects } = models
  const kept = [
    [history.collection, await history.collection.find({ project: id }).toArray(), { project: id }],
    [snapshots.collection, await snapshots.collection.find({ project: id }).toArray(), { project: id }],
    [
      projects.collection,
      await projects.collection.find({ _id: id as never }).toArray(),
      { _id: id as never },
    ],
  ] as const
  try {
    await change()
    return await look()
  } finally {
    for (const [collection, docs, filter] of kept) {
      await collection.deleteMany(filter)
      await collection.insertMany(docs)
    }
  }
}

/** Has a case tell another story from a line on, with everything in the record that belongs to it. */
export async function rewrite(models: Models, { id }: Case, from: number): Promise<void> {
  const lines = await models.history
    .find({ project: id, revision: { $gte: from } })
    .sort({ revision: 1 })
    .lean()
  let previous = lines[0]?.previous ?? null
  for (const { _id, ...line } of lines) {
    const { state } = (await models.snapshots.findById(_id).lean()) ?? {}
    if (!state) throw new Error(`no snapshot ${_id}`)
    const {
      case: { enterprise },
    } = state
    const other = { ...state, case: { ...state.case, enterprise: { ...enterprise, name: '别家' } } }
    const stateDigest = digestOf(other)
    const link = linkOf({ ...line, at: line.at.toISOString() }, { previous, stateDigest })
    await models.history.collection.updateOne(
      { _id: _id as never },
      { $set: { previous, stateDigest, link } },
    )
    await models.snapshots.collection.updateOne({ _id: _id as never }, { $set: { state: other } })
    await models.projects.collection.updateOne({ _id: id as never }, { $set: { state: other, head: link } })
    previous = link
  }
}

/** Cuts off the lines after a revision, with everything that came of them in the record of the case. */
export async function cutOff(models: Models, { id }: Case, revision: number): Promise<void> {
  const later = { project: id, revision: { $gt: revision } }
  await models.history.deleteMany(later)
  await models.snapshots.deleteMany(later)
  const line = await models.history.findById(`${id}:${revision}`).lean()
  const snapshot = await models.snapshots.findById(`${id}:${revision}`).lean()
  if (!line || !snapshot) throw new Error(`${id} has no line ${revision}`)
  const { state, at } = snapshot
  const before = { revision, head: line.link, state, phase: phaseOf(state.value), updatedAt: at }
  await models.projects.collection.updateOne({ _id: id as never }, { $set: before })
}

import { suites } from '../audit/suites.ts'
import { anchorOf, type LeafRecord, type Models } from '../models/index.ts'
import { leafBytes, type Anchor } from '../policy/anchors.ts'
import { createTree } from '../policy/merkle.ts'
import type { AnchorOfCase, RunOfCase, Step } from './content.ts'

/** The anchors that cover a case or one of its runs, first things first. */
export async function anchorsOf(models: Models, project: string, runs: RunOfCase[]): Promise<AnchorOfCase[]> {
  const names = [project, ...runs.map(({ runId }) => runId)]
  const leaves = await models.leaves
    .find({ id: { $in: names } })
    .sort({ anchor: 1, _id: 1 })
    .lean()
  const serials = [...new Set(leaves.map(({ anchor }) => anchor))]
  const found = await models.anchors.find({ _id: { $in: serials } }).lean()
  const anchors = new Map(found.map((record) => [record._id, anchorOf(record)]))
  const last = leaves.findLast(({ kind }) => kind === 'case')
  const covering: AnchorOfCase[] = []
  for (const record of leaves) {
    const anchor = anchors.get(record.anchor)
    const { kind, id, revision, digest } = record
    const path = anchor && record === last ? await pathOf(models, anchor, record._id) : null
    if (anchor) covering.push({ leaf: { kind, id, revision, digest }, anchor, path })
  }
  return covering
}

/** The neighbours of a leaf on its way to the root of its anchor, from the leaf upwards. */
async function pathOf(
  { leaves }: Models,
  { serial, suite }: Pick<Anchor, 'serial' | 'suite'>,
  target: string,
): Promise<Step[]> {
  const tree = createTree(suites[suite].hash)
  const inOrder = leaves
    .find({ _id: { $gte: `${serial}:`, $lt: `${serial};` } })
    .sort({ _id: 1 })
    .lean<LeafRecord[]>()
    .cursor({ batchSize: 1_000 })
  for await (const leaf of inOrder) tree.add(leafBytes(leaf), leaf._id === target)
  return tree.close().path.map(({ side, hash }) => ({ side, hash: Buffer.from(hash).toString('hex') }))
}

import { pathOf } from '../audit/proof.ts'
import { anchorOf, type Models } from '../../models/index.ts'
import type { AnchorOfCase, RunOfCase } from './content.ts'

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
    const isProved = record === last || kind === 'run'
    const path = anchor && isProved ? await pathOf(models, anchor, record._id) : null
    const steps = path?.map(({ side, hash }) => ({ side, hash: Buffer.from(hash).toString('hex') })) ?? null
    if (anchor) covering.push({ leaf: { kind, id, revision, digest }, anchor, path: steps })
  }
  return covering
}

import { mongo } from 'mongoose'
import type { Models } from '../../models/index.ts'
import { finding, type AuditFinding, type FindingKind } from './findings.ts'

type Named =
  'projects' | 'history' | 'snapshots' | 'runs' | 'certificates' | 'archives' | 'leaves' | 'anchors'

const kinds = {
  projects: 'project-nameless',
  history: 'line-nameless',
  snapshots: 'snapshot-nameless',
  runs: 'run-nameless',
  certificates: 'certificate-nameless',
  archives: 'archive-nameless',
  leaves: 'leaf-nameless',
  anchors: 'anchor-nameless',
} as const satisfies Record<Named, FindingKind>

const ofCases = ['history', 'snapshots', 'runs', 'certificates'] as const satisfies Named[]
const mostListed = 100
const isNoText = { $not: { $type: 'string' } }

/** Looks for documents that no walk along names comes by: their name, or that of their project, is of another type. */
export async function findNameless(models: Models, project?: string): Promise<AuditFinding[]> {
  const asked = project === undefined ? everywhere() : ofCases.map((name) => [name, ofCase(project)] as const)
  const found: AuditFinding[] = []
  for (const [name, filter] of asked) {
    const collection: mongo.Collection = models[name].collection
    const docs = collection.find(filter as mongo.Filter<mongo.Document>, { projection: { _id: 1 } })
    for (const { _id } of await docs.limit(mostListed).toArray())
      found.push(finding(kinds[name], mongo.BSON.EJSON.stringify(_id)))
  }
  return found
}

function everywhere(): (readonly [Named, object])[] {
  return Object.keys(kinds).map((key) => {
    const name = key as Named
    if (name === 'anchors') return [name, { _id: { $not: { $type: 'number' } } }]
    const nameless = [{ _id: isNoText }, { _id: '' }]
    if (!(ofCases as readonly string[]).includes(name)) return [name, { $or: nameless }]
    return [
      name,
      { $or: [...nameless, { project: isNoText }, { project: { $type: 'array' } }, { project: '' }] },
    ]
  })
}

function ofCase(project: string): object {
  return { project, $or: [{ _id: isNoText }, { project: { $type: 'array' } }] }
}

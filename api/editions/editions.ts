import { hashEdition } from '../../models/editions.ts'
import { editionOfHash } from '../../models/known-editions.ts'
import type { Models, ProjectRecord } from '../../models/index.ts'
import type { Calendar } from '../../policy/time/calendar.ts'
import type { Edition } from '../../policy/edition/edition.ts'
import { scopeOf } from '../../policy/access/scope.ts'
import { organisationOf, type InForce } from '../../policy/edition/in-force.ts'
import { eventSchema } from '../../policy/case/event-schema.ts'
import { createProcess, type Process } from '../../policy/case/lifecycle.ts'

/** An edition made ready to run, with the hash of its document and the form of its events. */
export type LoadedEdition = Process & { hash: string; eventSchema: ReturnType<typeof eventSchema> }

/** Keeps an edition in the record, under its content; nothing happens if it is there. */
export async function saveEdition({ editions }: Models, edition: Edition): Promise<string> {
  const hash = hashEdition(edition)
  const { id, year } = edition
  await editions.updateOne(
    { _id: hash },
    { $setOnInsert: { id, year, document: edition, loadedAt: new Date() } },
    { upsert: true },
  )
  return hash
}

/** The editions that the API works with: those in force, under which projects are filed, and any that an older case is pinned to. */
export function createEditions(models: Models, inForce: InForce, calendar: Calendar) {
  const loaded = new Map<string, LoadedEdition>()
  const load = (edition: Edition, hash: string) => {
    const ready = { ...createProcess(edition, calendar), hash, eventSchema: eventSchema(edition) }
    loaded.set(hash, ready)
    return ready
  }
  const [first, ...others] = inForce
  const current = load(first, hashEdition(first))
  const all = [current, ...others.map((edition) => load(edition, hashEdition(edition)))]
  async function of({ editionHash }: Pick<ProjectRecord, 'editionHash'>): Promise<LoadedEdition> {
    return loaded.get(editionHash) ?? load(await editionOfHash(models, editionHash), editionHash)
  }
  return {
    /** Under which a project is filed that names no edition. */
    current,
    /** Under which projects are filed, the one that is meant where none is named first. */
    inForce: all,
    /** The one in force of a name; undefined, if there is none. */
    named: (id: string) => all.find(({ edition }) => edition.id === id),
    /** Who acts and where, under all that are in force. */
    organisation: organisationOf(inForce),
    /** The ids of those in force under which a role has no place. */
    without: (role: string) =>
      all.filter(({ edition }) => scopeOf(edition, { role }) === null).map(({ edition }) => edition.id),
    /** Under which a project was filed. */
    of,
    /** Under which each project of a list was filed, looked up once for each edition. */
    async ofAll(
      records: Pick<ProjectRecord, 'editionHash'>[],
    ): Promise<(record: Pick<ProjectRecord, 'editionHash'>) => LoadedEdition> {
      const hashes = [...new Set(records.map(({ editionHash }) => editionHash))]
      const found = new Map(
        await Promise.all(
          hashes.map(async (editionHash) => [editionHash, await of({ editionHash })] as const),
        ),
      )
      return ({ editionHash }) => found.get(editionHash) ?? current
    },
  }
}

/** The editions, as routes use them. */
export type Editions = ReturnType<typeof createEditions>

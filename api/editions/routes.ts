import { z } from 'zod'
import { diagramOf } from '../../policy/diagram/diagram.ts'
import { applicationSchema } from '../../policy/edition/form-schema.ts'
import { Edition } from '../../policy/edition/edition.ts'
import { intakeAt } from '../../policy/edition/intake.ts'
import { RefusalError } from '../../policy/errors.ts'
import { inBoth } from '../../policy/words/bilingual.ts'
import type { Dependencies } from '../dependencies.ts'
import { route, type Route } from '../http/route.ts'
import { Words } from '../http/words.ts'
import type { LoadedEdition } from './editions.ts'

const instant = z.iso.datetime({
  offset: true,
  error: inBoth(
    '须为时刻，例如 2023-02-28T23:59:00+08:00',
    'must be an instant, such as 2023-02-28T23:59:00+08:00',
  ),
})

const IntakeView = z
  .object({
    open: z.boolean(),
    round: z
      .string()
      .nullable()
      .meta({ description: 'The window or the year; null where there are no rounds.' }),
    opensAt: z
      .string()
      .nullable()
      .meta({ description: 'When applications are taken again, if that is known.' }),
    closesAt: z
      .string()
      .nullable()
      .meta({ description: 'Until when what is begun may still be filed; null where there is no end.' }),
  })
  .meta({ id: 'Intake' })

const Listed = z.object({
  id: z.string(),
  year: z.int(),
  title: Words,
  authority: Words,
  issuedOn: z.string(),
  isMeant: z.boolean().meta({ description: 'The one that is meant by an application that names none.' }),
  intake: IntakeView,
})

const EditionView = Listed.extend({
  hash: z.string().meta({ description: 'The SHA-256 of the canonical document: what a case is pinned to.' }),
  document: z.unknown().meta({ description: 'The whole document, layers laid over each other.' }),
  form: z.unknown().meta({ description: 'The form of an application, as JSON Schema.' }),
  diagram: z.string().meta({ description: 'The states and their ways, in Mermaid.' }),
}).meta({ id: 'Edition' })

const EditionsView = z.object({ items: z.array(Listed) }).meta({ id: 'Editions' })

/** The editions under which projects are filed: for whoever is to file, or draws a form. */
export function editionRoutes(deps: Dependencies): Route[] {
  return [listRoute(deps), readRoute(deps)]
}

function listRoute({ editions, now }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/editions',
    tag: 'editions',
    summary: {
      zh: '现行各版规则，以及某一时刻是否受理申报',
      en: 'The editions in force, and whether they take applications at an instant',
    },
    access: 'anyone',
    query: z.strictObject({ at: instant.optional().meta({ description: 'Now, if it is left out.' }) }),
    answer: { status: 200, schema: EditionsView },
    async handle({ query: { at } }) {
      const atMs = at === undefined ? now() : Date.parse(at)
      return { body: { items: editions.inForce.map((loaded) => list(loaded, editions.current, atMs)) } }
    },
  })
}

function readRoute({ editions, now }: Dependencies): Route {
  return route({
    method: 'get',
    path: '/editions/{id}',
    tag: 'editions',
    summary: { zh: '一版规则的全文、申报表与状态图', en: 'An edition: its document, its form, its diagram' },
    access: 'anyone',
    params: z.strictObject({ id: z.string().min(1).max(40) }),
    answer: { status: 200, schema: EditionView },
    errors: ['not-found'],
    async handle({ params: { id } }) {
      const loaded = editions.named(id)
      if (!loaded) throw new RefusalError({ code: 'not-found' })
      const { edition, hash } = loaded
      return {
        body: {
          ...list(loaded, editions.current, now()),
          hash,
          document: Edition.parse(edition),
          form: z.toJSONSchema(applicationSchema(edition), { io: 'input' }),
          diagram: diagramOf(edition),
        },
      }
    },
  })
}

function list(loaded: LoadedEdition, current: LoadedEdition, atMs: number): z.infer<typeof Listed> {
  const { id, year, title, authority, issuedOn, intake } = loaded.edition
  const state = intakeAt(intake, atMs)
  const shown = {
    open: state.open,
    round: state.open ? state.round : null,
    opensAt: state.open ? null : textOf(state.opensAt),
    closesAt: state.open ? textOf(state.closesAt) : null,
  }
  return { id, year, title, authority, issuedOn, isMeant: loaded === current, intake: shown }
}

function textOf(instantMs: number | null): string | null {
  return instantMs === null ? null : new Date(instantMs).toISOString()
}

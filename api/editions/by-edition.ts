import { z } from 'zod'
import type { Edition } from '../../policy/edition/edition.ts'
import { readInput } from '../../policy/words/issues.ts'
import type { Editions, LoadedEdition } from './editions.ts'

/**
 * A body whose form is that of the edition that it names (`edition`), or of the first in force: as clients see it, and how it
 * is read. Each form is made once.
 */
export function byEdition<S extends z.ZodType>(
  { inForce, named, current }: Pick<Editions, 'inForce' | 'named' | 'current'>,
  formOf: (edition: Edition) => S,
) {
  const naming = z.looseObject({ edition: z.enum(inForce.map(({ edition }) => edition.id)).optional() })
  const forms = new Map(inForce.map((loaded) => [loaded, formOf(loaded.edition)]))
  const shown = [...forms].map(([loaded, form]) => {
    const { properties, required = [], ...rest } = z.toJSONSchema(form, { io: 'input' })
    const names = loaded === current ? required : [...required, 'edition']
    return { ...rest, properties: { ...properties, edition: { const: loaded.edition.id } }, required: names }
  })
  return {
    /** For the description of the route; `read` is what reads it. */
    schema: z.unknown().meta({ override: ({ jsonSchema }) => void Object.assign(jsonSchema, anyOf(shown)) }),
    /** Reads a body and finds the edition that it is meant under; refuses what has not the form of that one. */
    read(body: unknown): { value: z.output<S>; under: LoadedEdition } {
      const { edition: id, ...given } = readInput(naming, body)
      const under = (id === undefined ? undefined : named(id)) ?? current
      return { value: readInput(forms.get(under) ?? formOf(under.edition), given), under }
    },
  }
}

/** The events of a case as clients see them, those of every edition; each is read by the edition of its case. */
export function eventsShown(inForce: readonly LoadedEdition[]) {
  const shapes = inForce.map((loaded) => JSON.stringify(z.toJSONSchema(loaded.eventSchema, { io: 'input' })))
  const distinct: object[] = [...new Set(shapes)].map((shape) => JSON.parse(shape))
  return z.unknown().meta({ override: ({ jsonSchema }) => void Object.assign(jsonSchema, anyOf(distinct)) })
}

function anyOf(shapes: object[]): object {
  const [only, ...others] = shapes
  return only && others.length === 0 ? only : { anyOf: shapes }
}

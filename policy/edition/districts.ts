import { z } from 'zod'
import { inBoth } from '../words/bilingual.ts'
import { comparable } from './comparable.ts'
import type { Edition } from './edition.ts'

/** The body that a typed text names, by its short or its full name. */
export function findBody<B extends Pick<Edition['bodies'][number], 'name' | 'fullName'>>(
  bodies: readonly B[],
  typed: string,
): B | undefined {
  const wanted = comparable(typed)
  return bodies.find(({ name, fullName }) => [name, fullName].some((each) => comparable(each) === wanted))
}

/** The name of a district body as it is typed, short or full; what is kept and compared is the short one. */
export function districtSchema(bodies: Edition['bodies']) {
  const names = bodies.map(({ name }) => name)
  const told = names.join('、')
  return z
    .string()
    .max(80)
    .overwrite((typed) => findBody(bodies, typed)?.name ?? typed)
    .pipe(z.enum(names, inBoth(`须为以下区县之一：${told}`, `must be one of the districts: ${told}`)))
    .meta({ description: 'Name of the district body, short or full.', example: names[0] })
}

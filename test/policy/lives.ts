import fc from 'fast-check'
import { file, type Process, type Step } from '../../policy/case/lifecycle.ts'
import { endOfDay } from '../../policy/time/dates.ts'
import type { Actor } from '../../policy/case/case.ts'
import { aWish, anApplication, anEnterprise, castle, chongqing, large, treeHouse } from '../fixtures.ts'
import { certified } from './given.ts'
import { castOf, movesWithin, play } from './play.ts'

const uscc = '91500112MA5ABCD195'

/** Lives of cases in which people try whatever they like, and all who took part. */
export type Lives = { name: string; process: Process; lives: fc.Arbitrary<Step[]>; cast: Actor[] }

/** From the filing on, under two editions, and from a certificate on. */
export const lives: Lives[] = [
  fromFiling('chongqing-2021', chongqing, [anApplication(), anApplication(large)], '渝北区'),
  fromFiling('tree-house', treeHouse, [aWish(), aWish(castle)], 'Oak'),
  fromCertificate(),
]

function fromFiling(
  name: string,
  process: Process,
  forms: ReturnType<typeof anApplication>[],
  district: string,
): Lives {
  const cast = castOf(process, { district, uscc })
  const now = Date.UTC(2021, 2, 1)
  const all = fc.tuple(fc.constantFrom(...forms), movesWithin(0)).map(([application, moves]) => {
    const by = { user: 'a', role: process.edition.roles[0]?.id ?? '', uscc }
    const steps = [file(process, { application, enterprise: anEnterprise(), by }, now)]
    return play({ process, steps, now, forms, cast }, moves)
  })
  return { name, process, lives: all, cast }
}

function fromCertificate(): Lives {
  const cast = castOf(chongqing, { district: '渝北区', uscc })
  const { steps } = certified()
  const now = endOfDay(steps.at(-1)?.entry.on ?? '') - 1
  const all = movesWithin(60).map((moves) => play({ process: chongqing, steps, now, forms: [], cast }, moves))
  return { name: 'chongqing-2021, certified', process: chongqing, lives: all, cast }
}

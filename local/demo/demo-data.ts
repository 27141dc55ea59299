import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pMap from 'p-map'
import { openOwnIssuer } from '../../server/key-faults.ts'
import { createClient, type ApiClient } from '../client.ts'
import type { Config } from '../../server/config.ts'
import { readModelEdition } from '../../server/editions.ts'
import { fileCase, preparation } from './filing.ts'
import { people } from './people.ts'
import { syntheticCases, type SyntheticCase } from './synthetic.ts'

const count = 125
/** Every fourth application names this edition, where it is in force; the others name none. */
const alsoInForce = 'chongqing-2022'
const atOnce = 6

/**
 * Fills an empty data folder with made-up enterprises and applications, through the API, some of them already submitted.
 * Only for engines and tokens of our own: an installation with its own MongoDB or issuer gets nothing made up. May be
 * cut off and done again: the same keys file the same projects.
 */
export async function loadDemoData(
  config: Config,
  baseUrl: string,
  say: (line: string) => void,
): Promise<void> {
  const mark = join(config.dataDir, 'demo-data.json')
  if (config.mongodbUri !== undefined || config.oidcIssuer !== undefined || existsSync(mark)) return
  const client = createClient(baseUrl, await openOwnIssuer(config.dataDir))
  const cases = syntheticCases(readModelEdition(), count).map((each, index) =>
    index % 4 === 3 && config.editions.includes(alsoInForce) ? under(alsoInForce, each) : each,
  )
  say(`载入演示数据（虚构）… loading ${cases.length} made-up applications`)
  let done = 0
  const load = async (each: SyntheticCase, index: number) => {
    await loadCase(client, each, index)
    done += 1
    if (done % 25 === 0) say(`  ${done}/${cases.length}`)
  }
  await pMap(cases, load, { concurrency: atOnce })
  writeFileSync(mark, JSON.stringify({ loadedAt: new Date().toISOString(), cases: cases.length }))
}

function under(edition: string, { enterprise, application }: SyntheticCase): SyntheticCase {
  return { enterprise, application: { ...application, edition } }
}

async function loadCase(client: ApiClient, each: SyntheticCase, index: number): Promise<void> {
  const as = people.enterprise(each.enterprise.uscc)
  const key = (step: string) => `demo-data-${index}-${step}`
  const { id } = await fileCase(client, each, key('file'))
  for (const body of preparation.slice(0, index % 3))
    await client.expectOk('POST', `/api/v1/projects/${id}/events`, { as, body, key: key(body.type) })
}

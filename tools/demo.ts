import type { TokenSubject } from '../portal/issuer.ts'
import { diagramOf } from '../policy/diagram/diagram.ts'
import { eventLabels } from '../policy/case/labels.ts'
import { writeYuan } from '../policy/edition/money.ts'
import { createClient, type ApiClient, type ProjectReply } from '../local/client.ts'
import type { Config } from '../server/config.ts'
import { openOwnIssuer } from '../server/key-faults.ts'
import { readModelEdition } from '../server/editions.ts'
import { fileCase, preparation } from '../local/demo/filing.ts'
import { people } from '../local/demo/people.ts'
import { syntheticCase, type SyntheticCase } from '../local/demo/synthetic.ts'

type DemoStep = { as: TokenSubject; event: { type: keyof typeof eventLabels } & Record<string, unknown> }

/** Walks three made-up projects to their ends over HTTP, and prints each step: a small one, a large one, one corrected into a large one. */
export async function runDemo(config: Config): Promise<void> {
  const client = createClient(config.publicUrl, await openOwnIssuer(config.dataDir))
  const edition = readModelEdition()
  console.log(`${edition.title.zh} · ${edition.title.en}\n\n${diagramOf(edition)}\n`)
  const serial = 10_000 + 3 * Math.floor((Date.now() / 1000) % 26_000)
  await walk(client, '区县认定 · certified by the district', syntheticCase('渝北区', 0, serial), small)
  await walk(
    client,
    '市级认定 · certified by the municipality',
    syntheticCase('两江新区', 13, serial + 1),
    large,
  )
  await walk(
    client,
    '补正后达到3000万元，改走市级 · corrected across 30,000,000 yuan',
    syntheticCase('江津区', 11, serial + 2),
    corrected,
  )
  console.log('三个项目均已入库 · all three are in the library: GET /api/v1/library')
}

const prepared = (as: TokenSubject): DemoStep[] => preparation.map((event) => ({ as, event }))
const approved = (as: TokenSubject): DemoStep[] => [
  { as, event: { type: 'claim' } },
  { as, event: { type: 'approve', opinion: '投资真实，资料齐全' } },
]

function small({ enterprise, application }: SyntheticCase): DemoStep[] {
  return [...prepared(people.enterprise(enterprise.uscc)), ...approved(people.district(application.district))]
}

function large(each: SyntheticCase): DemoStep[] {
  return [...small(each), ...approved(people.municipal)]
}

function corrected({ enterprise, application }: SyntheticCase): DemoStep[] {
  const applicant = people.enterprise(enterprise.uscc)
  const officer = people.district(application.district)
  return [
    ...prepared(applicant),
    { as: officer, event: { type: 'claim' } },
    { as: officer, event: { type: 'return', reason: '请补充二期设备合同' } },
    {
      as: applicant,
      event: { type: 'resubmit', application: { ...application, totalInvestment: '30000000.00' } },
    },
    ...approved(officer),
    ...approved(people.municipal),
  ]
}

async function walk(
  client: ApiClient,
  title: string,
  each: SyntheticCase,
  deeds: (each: SyntheticCase) => DemoStep[],
): Promise<void> {
  const { enterprise, application } = each
  console.log(
    `── ${title}\n   ${enterprise.name} ${application.name} ${writeYuan(application.totalInvestment)}（虚构 made up）`,
  )
  let project = await fileCase(client, each)
  tell('file', people.enterprise(enterprise.uscc), project)
  for (const { as, event } of deeds(each)) {
    project = await client.expectOk<ProjectReply>('POST', `/api/v1/projects/${project.id}/events`, {
      as,
      body: event,
    })
    tell(event.type, as, project)
  }
  console.log(`   证书 certificate ${project.certificate ?? '—'}\n`)
}

function tell(
  type: keyof typeof eventLabels,
  { user }: TokenSubject,
  { phase, revision, deadlines }: ProjectReply,
): void {
  const { zh, en } = eventLabels[type]
  const due = deadlines[0] ? `，${deadlines[0].dueOn} 前办结` : ''
  console.log(`   ${String(revision).padStart(2)}. ${zh} ${en} (${user}) → ${phase}${due}`)
}

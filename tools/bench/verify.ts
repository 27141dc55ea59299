import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { anchorDay } from '../../evidence/audit/anchor.ts'
import { lastNoted } from '../../evidence/audit/anchor-log.ts'
import { readTrustedKeys } from '../../evidence/audit/keys.ts'
import { verify } from '../../evidence/audit/verify.ts'
import type { Models } from '../../models/index.ts'
import { withBar } from './bar.ts'
import { certifySome, recordCertified } from './certified.ts'
import { withOffice, type Office } from './office.ts'
import { printTable, type Row } from './report.ts'

type Seen = {
  size: number
  lines: number
  anchors: number
  anchorSeconds: number
  seconds: number
  peakMb: number
}

const batch = 500

/** Measures how fast a record is anchored and verified beside more and more cases. */
export async function benchVerify({ sizes }: { sizes: number[] }): Promise<void> {
  const keys = mkdtempSync(join(tmpdir(), 'zhigai-bench-keys-'))
  try {
    await withOffice(async (office) => {
      const seen: Seen[] = []
      for (const size of sizes.toSorted((a, b) => a - b)) {
        await fillUp(office, seen.at(-1)?.size ?? 0, size)
        seen.push(await look(office.models, keys, size))
      }
      print(seen)
    })
  } finally {
    rmSync(keys, { recursive: true, force: true })
  }
}

async function fillUp({ models, rules }: Office, from: number, to: number): Promise<void> {
  await withBar(`案卷 cases: ${to}`, to - from, async (tick) => {
    for (let next = from; next < to; next += batch) {
      const some = certifySome(rules, 'verify', next, Math.min(batch, to - next))
      await recordCertified(models, some)
      tick(some.length)
    }
  })
}

async function look(models: Models, dataDir: string, size: number): Promise<Seen> {
  const place = { dataDir, suite: 'ed25519' } as const
  const begun = performance.now()
  await anchorDay({ models, location: place, now: Date.now })
  const anchored = performance.now()
  const [trusted, noted] = await Promise.all([readTrustedKeys(place), lastNoted(place)])
  let peakMb = 0
  const report = await withBar(`核验 verifying: ${size}`, size, (tick) => {
    let told = 0
    return verify({
      models,
      trusted,
      noted,
      onProgress({ cases }) {
        tick(cases - told)
        told = cases
        if (cases % 100 === 0) peakMb = Math.max(peakMb, process.memoryUsage.rss() / 1024 / 1024)
      },
    })
  })
  if (report.cases !== size || report.findings.length > 0)
    throw new Error(`${report.cases} cases, ${JSON.stringify(report.findings.slice(0, 3))}`)
  return {
    size,
    lines: report.lines,
    anchors: report.anchors,
    anchorSeconds: (anchored - begun) / 1000,
    seconds: (performance.now() - anchored) / 1000,
    peakMb,
  }
}

function print(seen: Seen[]): void {
  const each = (name: string, measure: (one: Seen) => number): Row => [name, ...seen.map(measure)]
  printTable(
    'the record verified',
    seen.map(({ size }) => String(size)),
    [
      each('lines', ({ lines }) => lines),
      each('anchors', ({ anchors }) => anchors),
      each('to anchor, s', ({ anchorSeconds }) => anchorSeconds),
      each('to verify, s', ({ seconds }) => seconds),
      each('cases verified per second', ({ size, seconds }) => size / seconds),
      each('lines verified per second', ({ lines, seconds }) => lines / seconds),
      each('memory of the verifier, MB', ({ peakMb }) => peakMb),
    ],
  )
}

import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { z } from 'zod'
import type { MakerSource } from './pins.ts'
import { showProgress } from './progress.ts'
import { run } from './run.ts'

const connectPatience = 10_000
const stallPatience = 30_000

const releaseSchema = z.object({
  assets: z.array(z.object({ name: z.string(), digest: z.string().nullish() })),
})

/** Fetches the maker's archive, holds it to the maker's published checksum, and unpacks it into the folder. */
export async function downloadArchive(
  source: MakerSource,
  folder: string,
  log: (line: string) => void,
): Promise<void> {
  const file = basename(source.url)
  const archive = join(folder, file)
  const wanted = await publishedChecksum(source.checksumUrl, file)
  const got = await save(source.url, archive, log)
  if (got !== wanted) throw new Error(`${file} does not have the checksum that its maker publishes`)
  const unpacked = await run('tar', ['-xzf', archive, '-C', folder, `--strip-components=${source.strip}`])
  if (unpacked.code !== 0) throw new Error(`${file} could not be unpacked: ${unpacked.output.trim()}`)
  await rm(archive)
}

async function publishedChecksum(url: string, file: string): Promise<string> {
  const response = await request(url, AbortSignal.timeout(connectPatience))
  const text = await response.text()
  const checksum = text.trimStart().startsWith('{') ? digestInRelease(text, file) : checksumInList(text, file)
  if (checksum === undefined) throw new Error(`${new URL(url).host} publishes no checksum for ${file}`)
  return checksum
}

function checksumInList(text: string, file: string): string | undefined {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+\*?/))
  return lines.find(([sum, name]) => name === file && /^[\da-f]{64}$/.test(sum ?? ''))?.[0]
}

function digestInRelease(text: string, file: string): string | undefined {
  const { assets } = releaseSchema.parse(JSON.parse(text))
  const digest = assets.find((asset) => asset.name === file)?.digest ?? ''
  return /^sha256:([\da-f]{64})$/.exec(digest)?.[1]
}

/** Streams to the file and gives its SHA-256; waits only so long for the first byte and for every next one. */
async function save(url: string, file: string, log: (line: string) => void): Promise<string> {
  const stalled = new AbortController()
  let timer = setTimeout(() => stalled.abort(), connectPatience)
  const rearm = () => {
    clearTimeout(timer)
    timer = setTimeout(() => stalled.abort(), stallPatience)
  }
  try {
    const response = await request(url, stalled.signal)
    if (!response.body) throw new Error(`${new URL(url).host} answered without a body`)
    const length = Number(response.headers.get('content-length'))
    const progress = showProgress(basename(url), length > 0 ? length : undefined, log)
    const hash = createHash('sha256')
    const meter = async function* (chunks: AsyncIterable<Buffer>) {
      for await (const chunk of chunks) {
        rearm()
        hash.update(chunk)
        progress.advance(chunk.length)
        yield chunk
      }
    }
    await pipeline(Readable.fromWeb(response.body), meter, createWriteStream(file)).finally(() =>
      progress.end(),
    )
    return hash.digest('hex')
  } finally {
    clearTimeout(timer)
  }
}

async function request(url: string, signal: AbortSignal): Promise<Response> {
  const { host } = new URL(url)
  const response = await fetch(url, { signal }).catch(() => {
    throw new Error(`${host} cannot be reached`)
  })
  if (!response.ok) throw new Error(`${host} answered ${response.status}`)
  return response
}

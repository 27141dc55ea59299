import { inflateSync } from 'node:zlib'

/**
 * The text of a PDF that pdfkit wrote, page after page in the order of drawing, as a reader that selects it gets it: by the
 * ToUnicode maps of its fonts alone.
 */
export function textOfPdf(bytes: Buffer): string[] {
  const file = bytes.toString('latin1')
  const objects = new Map<string, { head: string; stream: string }>()
  for (const [, id = '', body = ''] of file.matchAll(/(?:^|\n)(\d+) 0 obj\n([\s\S]*?)\nendobj/g)) {
    const [head = '', stream] = body.split('\nstream\n')
    const data = stream?.slice(0, stream.lastIndexOf('\nendstream'))
    const isPacked = head.includes('/FlateDecode')
    const raw = Buffer.from(data ?? '', 'latin1')
    objects.set(id, {
      head,
      stream: data === undefined ? '' : (isPacked ? inflateSync(raw) : raw).toString('latin1'),
    })
  }
  const fonts = new Map<string, Map<string, string>>()
  for (const [, name = '', id = ''] of file.matchAll(/\/(F\d+) (\d+) 0 R/g)) {
    const [, map = ''] = /\/ToUnicode (\d+) 0 R/.exec(objects.get(id)?.head ?? '') ?? []
    fonts.set(name, readMap(objects.get(map)?.stream ?? ''))
  }
  const pages = [...objects.values()].filter(({ head }) => /\/Type \/Page\n/.test(`${head}\n`))
  return pages.map(({ head }) => {
    const [, content = ''] = /\/Contents (\d+) 0 R/.exec(head) ?? []
    return textOfPage(objects.get(content)?.stream ?? '', fonts)
  })
}

function readMap(stream: string): Map<string, string> {
  const map = new Map<string, string>()
  for (const [, from = '', list = ''] of stream.matchAll(/<([\da-f]+)> <[\da-f]+> \[([^\]]*)\]/gi)) {
    const first = parseInt(from, 16)
    for (const [index, [, hex = '']] of [...list.matchAll(/<([\da-f ]*)>/gi)].entries())
      map.set(
        (first + index).toString(16).padStart(4, '0'),
        Buffer.from(hex.replaceAll(' ', ''), 'hex').swap16().toString('utf16le'),
      )
  }
  return map
}

function textOfPage(content: string, fonts: Map<string, Map<string, string>>): string {
  let text = ''
  let map: Map<string, string> | undefined
  for (const [, font, shown] of content.matchAll(/\/(F\d+) [\d.]+ Tf|\[([^\]]*)\] TJ/g)) {
    if (font !== undefined) map = fonts.get(font)
    for (const [, hex = ''] of (shown ?? '').matchAll(/<([\da-f]*)>/gi))
      for (const [code] of hex.matchAll(/.{4}/g)) text += map?.get(code.toLowerCase()) ?? '\ufffd'
  }
  return text
}

import { expect, it } from 'vitest'
import { hasLink } from '../../policy/edition/text.ts'

it.each([
  '【紧急】请登录 https://evil.example/x',
  '请登录ｈｔｔｐｓ：／／evil',
  'www.evil改造',
  '详见evil.com',
  '详见 login.gov.cn/x',
  '详见evil。com',
  '联系 a@b.cn',
  '见evil.tk改造',
  '见evil.tech领取',
  '见evil.icu',
  '见evil.ltd领取',
  '请登录evil.中国',
  '请登录Evil-1．公司领取',
  '登录1.2.3.4/x',
  '登录1.2.3.4：8080',
  String.raw`http:\\evil`,
])('a name may not lead anywhere: %s', (name) => {
  expect(hasLink(name)).toBe(true)
})

it.each([
  '年产1.5万吨轧线改造',
  '工业4.0示范线',
  'V2.0系统',
  'Ⅱ期Φ630镗床μm级改造',
  '冲压线（三期）改造',
  'No.5车间',
  '5.2m立车',
  'A/B线',
  'V2.网络版',
  '1.公司级平台',
  'V1.2.3.4系统',
  'Gear Co.Ltd齿轮线',
])('a name may be %s', (name) => {
  expect(hasLink(name)).toBe(false)
})

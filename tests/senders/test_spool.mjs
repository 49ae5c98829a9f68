// The plugin's spool and its way out, without Haraka: real files, and a gateway that answers as told.

import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs/promises'
import http from 'node:http'
import { createRequire } from 'node:module'
import os from 'node:os'
import path from 'node:path'
import { after, test } from 'node:test'
import { gunzipSync } from 'node:zlib'

const require = createRequire(path.join(process.env.PLUGIN, 'index.js'))
const { Drain, retry_after_ms } = require('./drain.js')
const { read_settings } = require('./settings.js')
const { Reader, Writer } = require('./spool.js')

const directories = []
after(() => Promise.all(directories.map((one) => fs.rm(one, { recursive: true }))))

async function spool_directory() {
    const directory = await fs.mkdtemp(path.join(os.tmpdir(), 'eds-spool-'))
    directories.push(directory)
    return directory
}

async function gateway(answers) {
    const requests = []
    const server = http.createServer(async (request, response) => {
        const parts = []
        for await (const part of request) parts.push(part)
        const bytes = Buffer.concat(parts)
        const body = request.headers['content-encoding'] === 'gzip' ? gunzipSync(bytes) : bytes
        requests.push({ at: Date.now(), headers: request.headers, rows: JSON.parse(body) })
        const [status, headers, text] = answers(requests.length, requests.at(-1).rows)
        if (status === 'silence') return
        response.writeHead(status, headers).end(text ?? '{"accepted": 0}')
    })
    await new Promise((ready) => server.listen(0, '127.0.0.1', ready))
    const close = () => (server.closeAllConnections(), new Promise((done) => server.close(done)))
    return { url: `http://127.0.0.1:${server.address().port}/api/SMTP`, requests, close }
}

async function drained(directory, overrides, answers, done) {
    const served = await gateway(answers)
    const main = { url: served.url, gzip: true, wait_ms: 10, backoff_ms_min: 10, backoff_ms_max: 40, ...overrides }
    const lines = []
    const say = (line) => lines.push(line)
    const reader = new Reader(directory)
    if (!overrides.in_use) await reader.begin()
    const settings = read_settings({ spool: directory, ...main }, '/')
    const drain = new Drain(reader, settings, { info: say, warn: say, error: say })
    const running = drain.run()
    const deadline = Date.now() + 10_000
    while (!(await done(served.requests, lines))) {
        assert.ok(Date.now() < deadline, `not in time: ${served.requests.length} requests, ${lines.slice(-3)}`)
        await new Promise((later) => setTimeout(later, 5))
    }
    drain.stop()
    await running
    await served.close()
    return { requests: served.requests, lines }
}

const ROWS = Array.from({ length: 25 }, (_, number) => ({ tracking_id: `mail-${number}`, resp_msg: 'ü'.repeat(90) }))
const OK = () => [200, {}]
const text = (rows) => JSON.stringify(rows)

async function written(directory, rows = ROWS) {
    const writer = new Writer(directory, 2 ** 30)
    await Promise.all(rows.map((row) => writer.append([row])))
    await writer.close()
    return writer
}

test('what is appended comes out whole, once and in order, in batches', async () => {
    const directory = await spool_directory()
    await written(directory)
    const taken = (requests) => requests.flatMap((one) => one.rows).length >= ROWS.length
    const { requests } = await drained(directory, { rows_max: 10 }, OK, taken)
    assert.deepEqual(requests.map((one) => one.rows.length), [10, 10, 5])
    assert.equal(text(requests.flatMap((one) => one.rows)), text(ROWS))
    assert.equal(requests[0].headers['content-encoding'], 'gzip')
})

test('a batch is tried again until it is taken: errors, silence, redirects, a gateway that asks for time', async () => {
    const directory = await spool_directory()
    await written(directory)
    const told = [[503, { 'Retry-After': '1' }], [500, {}], ['silence'], [307, { Location: '/elsewhere' }], [401, {}]]
    const answers = (number) => told[number - 1] ?? [200, {}]
    const { requests } = await drained(directory, { timeout_ms: 200 }, answers, (found) => found.length === 6)
    for (const one of requests) assert.equal(text(one.rows), text(ROWS))
    assert.ok(requests[1].at - requests[0].at >= 1000)
})

test('a body that is too large goes in halves; rows that nobody can use are set aside and hold nobody up', async () => {
    const directory = await spool_directory()
    await written(directory)
    const answers = (_, rows) => {
        if (rows.every((row) => row.tracking_id !== 'mail-7')) return [200, {}]
        return rows.length > 1 ? [413, {}] : [400, {}, '{"Message": "no"}']
    }
    const accepted_of = (requests) => requests.filter((one) => answers(0, one.rows)[0] === 200).flatMap((one) => one.rows)
    const all = (requests) => accepted_of(requests).length === ROWS.length - 1
    const { requests, lines } = await drained(directory, {}, answers, all)
    const accepted = accepted_of(requests)
    assert.equal(text(accepted), text(ROWS.filter((row) => row.tracking_id !== 'mail-7')))
    assert.equal(await fs.readFile(path.join(directory, 'refused.rows'), 'utf8'), `${text(ROWS[7])}\n`)
    assert.ok(lines.some((line) => line.includes('refused 1 rows')))
})

test('segments of a dead process are drained and removed, a line that it did not finish is left out', async () => {
    const directory = await spool_directory()
    const dead = execFileSync(process.execPath, ['-p', 'process.pid']).toString().trim()
    const lines = ROWS.map((row) => `${text(row)}\n`).join('')
    await fs.writeFile(path.join(directory, `000000000000001-${dead}-0.open`), `${lines}{"tracking_id": "torn`)
    const removed = async () => (await fs.readdir(directory)).length === 0
    const { requests } = await drained(directory, {}, OK, removed)
    assert.equal(text(requests.flatMap((one) => one.rows)), text(ROWS))
})

test('many segments: each is removed when its rows are taken, the one in use stays', async () => {
    const directory = await spool_directory()
    const rows = Array.from({ length: 4000 }, (_, number) => ({ tracking_id: `mail-${number}`, resp_msg: 'x'.repeat(900) }))
    const writer = new Writer(directory, 2 ** 30)
    for (let start = 0; start < rows.length; start += 100) await writer.append(rows.slice(start, start + 100))
    assert.ok((await fs.readdir(directory)).length > 3)
    const left = async () => (await fs.readdir(directory)).every((name) => name.endsWith('.open'))
    const all = async (requests) => (await left()) && requests.flatMap((one) => one.rows).length === rows.length
    const { requests } = await drained(directory, { rows_max: 1000, in_use: true }, OK, all)
    assert.equal(text(requests.flatMap((one) => one.rows)), text(rows))
    await writer.close()
})

test('the spool knows when it is full', async () => {
    const directory = await spool_directory()
    assert.equal(await (await written(directory)).full(), false)
    assert.equal(await new Writer(directory, 1000).full(), true)
})

test('the token is read for each request', async () => {
    const directory = await spool_directory()
    const token_file = path.join(await spool_directory(), 'token')
    await fs.writeFile(token_file, 'old\n')
    await written(directory)
    let changed
    const answers = (_, __) => ((changed ??= fs.writeFile(token_file, 'new\n')), changed && [401, {}])
    const renewed = (requests) => requests.some((one) => one.headers.authorization === 'Bearer new')
    const { requests } = await drained(directory, { token_file }, answers, renewed)
    assert.equal(requests[0].headers.authorization, 'Bearer old')
})

test('Retry-After: seconds, a date, nonsense', () => {
    const now = Date.parse('Wed, 21 Oct 2026 07:28:00 GMT')
    assert.equal(retry_after_ms('5', now), 5000)
    assert.equal(retry_after_ms('Wed, 21 Oct 2026 07:28:09 GMT', now), 9000)
    for (const none of [null, '', 'soon', '-4', 'Wed, 21 Oct 2020 07:28:00 GMT']) assert.equal(retry_after_ms(none, now), 0)
    assert.equal(retry_after_ms('999999', now), 3_600_000)
})

test('a bad setting is named', () => {
    assert.throws(() => read_settings({ rows_max: 1001 }, '/'), /rows_max = 1001 must be a whole number from 1 to 1000/)
    assert.throws(() => read_settings({ url: 'gateway' }, '/'), /Invalid URL/)
    assert.throws(() => read_settings({ when_full: 'panic' }, '/'), /when_full = panic must be drop or hold/)
})

'use strict'

// The way out of the spool: batches in order, each posted until the gateway has answered for it.
//
// 2xx: taken. 400: no row of the batch can be used; the gateway has kept the bytes, and so do we, in refused.rows. 413: in
// halves. Everything else, silence included, is tried again for as long as it takes: a wrong token or address is put right
// by people, and the spool waits.

const fs = require('node:fs/promises')
const path = require('node:path')
const { promisify } = require('node:util')
const { setTimeout: sleep } = require('node:timers/promises')
const gzip = promisify(require('node:zlib').gzip)

const { version } = require('./package.json')

const GZIP_BYTES_MIN = 1024
const RETRY_AFTER_MS_MAX = 3_600_000
const ANSWER_SHOWN_MAX = 300

class Drain {
    #stop = new AbortController()

    /** `log` has `info`, `warn` and `error`, each for one line of text. */
    constructor(reader, settings, log) {
        this.reader = reader
        this.settings = settings
        this.log = log
        this.shown_url = settings.url.origin + settings.url.pathname // without secrets
    }

    /** Drains for as long as Haraka lives, or until `stop()`. */
    async run() {
        while (!this.#stop.signal.aborted) {
            try {
                await this.#turn()
            } catch (problem) {
                if (this.#stop.signal.aborted) return
                this.log.error(`the spool can't be read: ${problem.message}; trying again`)
                await this.#wait(this.settings.backoff_ms_max).catch(() => {})
            }
        }
    }

    stop() {
        this.#stop.abort()
    }

    /** One batch. A batch that is not full leaves time for others to come. */
    async #turn() {
        const { rows_max, wait_ms } = this.settings
        const batch = await this.reader.next(rows_max)
        if (batch) {
            await this.#deliver(batch.rows)
            batch.taken()
        }
        if (!batch || batch.rows.length < rows_max) await this.#wait(wait_ms)
    }

    async #deliver(rows) {
        for (let failures = 0; ; failures++) {
            const answer = await this.#post(rows)
            if (answer.status >= 200 && answer.status < 300) return this.#note_rejected(answer)
            if (answer.status === 413 && rows.length > 1) {
                const half = Math.ceil(rows.length / 2)
                await this.#deliver(rows.slice(0, half))
                return this.#deliver(rows.slice(half))
            }
            if (answer.status === 400 || answer.status === 413) return this.#refuse(rows, answer)
            const wait_ms = this.#backoff_ms(failures, answer.retry_after)
            this.log.warn(`${this.shown_url}: ${answer.text}; ${rows.length} rows wait, again in ${wait_ms} ms`)
            await this.#wait(wait_ms)
        }
    }

    async #post(rows) {
        const { url, gzip: compress, timeout_ms } = this.settings
        const headers = { 'Content-Type': 'application/json', 'User-Agent': `haraka-email-delivery-status/${version}` }
        let body = Buffer.from(`[${rows.join(',')}]`)
        try {
            if (this.settings.token_file) headers.Authorization = `Bearer ${await read_token(this.settings.token_file)}`
            if (compress && body.length >= GZIP_BYTES_MIN) {
                body = await gzip(body)
                headers['Content-Encoding'] = 'gzip'
            }
            const signal = AbortSignal.any([AbortSignal.timeout(timeout_ms), this.#stop.signal])
            const answer = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' })
            const text = await answer.text()
            return {
                status: answer.status,
                text: `${answer.status} ${text.slice(0, ANSWER_SHOWN_MAX)}`,
                body: text,
                retry_after: answer.headers.get('retry-after'),
            }
        } catch (problem) {
            this.#stop.signal.throwIfAborted()
            return { status: 0, text: problem.cause?.message || problem.message, retry_after: null }
        }
    }

    /** Doubling, with up to a quarter less so that senders don't march in step; what the gateway asked for is the least. */
    #backoff_ms(failures, retry_after) {
        const { backoff_ms_min, backoff_ms_max } = this.settings
        const doubled = Math.min(backoff_ms_max, backoff_ms_min * 2 ** Math.min(failures, 30))
        return Math.round(Math.max(doubled * (1 - Math.random() / 4), retry_after_ms(retry_after, Date.now())))
    }

    #note_rejected(answer) {
        let rejected
        try {
            rejected = JSON.parse(answer.body).rejected
        } catch {
            return // 2xx is the promise; a body in between may be a proxy's
        }
        if (rejected?.length) {
            this.log.error(`the gateway keeps ${rejected.length} rows as dead letters: ${JSON.stringify(rejected[0])}`)
        }
    }

    async #refuse(rows, answer) {
        this.log.error(`${this.shown_url} refused ${rows.length} rows, kept in refused.rows: ${answer.text}`)
        const place = path.join(this.settings.spool, 'refused.rows')
        await fs.appendFile(place, rows.map((row) => `${row}\n`).join(''), { mode: 0o600, flush: true })
    }

    #wait(ms) {
        return sleep(ms, undefined, { ref: false, signal: this.#stop.signal })
    }
}

/** Retry-After in ms, as seconds or as a date; 0 where it says nothing. */
function retry_after_ms(value, now) {
    if (!value) return 0
    const ms = /^\s*\d+\s*$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now
    return Math.min(Math.max(ms || 0, 0), RETRY_AFTER_MS_MAX)
}

async function read_token(file) {
    return (await fs.readFile(file, 'utf8')).trim()
}

module.exports = { Drain, retry_after_ms }

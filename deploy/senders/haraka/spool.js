'use strict'

// The spool: rows that are on the disk before Haraka goes on, and stay there until the gateway has taken them.
//
// A directory of segments, each appended to by one process: TIME-PID-NUMBER.open while it is written, .rows when it is
// complete. A line is a row in JSON. Positions are not kept: after a restart what is left of a segment is sent again from
// its beginning, and the gateway knows duplicates by their content.

const fs = require('node:fs/promises')
const path = require('node:path')

const SEGMENT_BYTES_MAX = 2 ** 20
const READ_BYTES_MAX = 2 ** 20
const MEASURE_MS = 1000
const SEGMENT = /^(\d+-(\d+)-\d+)\.(open|rows)$/

/** Appends. One for each process; many appends at once share one fsync. */
class Writer {
    #waiting = []
    #busy = false
    #segment = null
    #number = 0
    #used = { bytes: 0, at: -Infinity }

    constructor(directory, bytes_max) {
        this.directory = directory
        this.bytes_max = bytes_max
    }

    /** Resolves once the rows are on the disk; rejects when they may not be. */
    append(rows) {
        const lines = rows.map((row) => `${JSON.stringify(row)}\n`).join('')
        return new Promise((resolve, reject) => {
            this.#waiting.push({ lines, resolve, reject })
            if (!this.#busy) this.#flush()
        })
    }

    /** Completes the segment in use. What is appended after it begins another. */
    async close() {
        if (!this.#busy && this.#segment) await this.#complete()
    }

    /** Whether the spool has reached its limit; measured once a second. */
    async full() {
        const now = Date.now()
        if (now - this.#used.at > MEASURE_MS) {
            this.#used = { bytes: await used_bytes(this.directory), at: now }
        }
        return this.#used.bytes >= this.bytes_max
    }

    async #flush() {
        this.#busy = true
        while (this.#waiting.length) {
            const group = this.#waiting.splice(0)
            try {
                await this.#write(group.map((one) => one.lines).join(''))
                for (const one of group) one.resolve()
            } catch (problem) {
                for (const one of group) one.reject(problem)
            }
        }
        this.#busy = false
    }

    async #write(lines) {
        this.#segment ??= await this.#begin()
        const { file } = this.#segment
        try {
            await file.appendFile(lines)
            await file.datasync()
            this.#segment.bytes += Buffer.byteLength(lines)
        } catch (problem) {
            await this.#complete() // it may end within a line now: nothing may follow
            throw problem
        }
        if (this.#segment.bytes >= SEGMENT_BYTES_MAX) await this.#complete()
    }

    async #begin() {
        await fs.mkdir(this.directory, { recursive: true, mode: 0o700 })
        const name = `${String(Date.now()).padStart(15, '0')}-${process.pid}-${this.#number++}`
        const place = path.join(this.directory, name)
        const file = await fs.open(`${place}.open`, 'ax', 0o600)
        await sync_directory(this.directory)
        return { place, file, bytes: 0 }
    }

    async #complete() {
        const { place, file } = this.#segment
        this.#segment = null
        await file.close()
        await fs.rename(`${place}.open`, `${place}.rows`)
    }
}

/** Reads what is there, oldest segment first. One for each spool. */
class Reader {
    #positions = new Map()

    constructor(directory) {
        this.directory = directory
    }

    /** Completes what dead processes left open. Call it before this Haraka has workers: their ids may be those of dead ones. */
    async begin() {
        for (const file of await names(this.directory)) {
            const match = SEGMENT.exec(file)
            if (match?.[3] !== 'open') continue
            const pid = Number(match[2])
            if (pid !== process.pid && is_alive(pid)) continue
            const place = path.join(this.directory, match[1])
            await fs.rename(`${place}.open`, `${place}.rows`)
        }
    }

    /** Up to `rows_max` rows as JSON texts, and `taken()` for when the gateway has them; null when there is nothing. */
    async next(rows_max) {
        for (const segment of await this.#segments()) {
            const position = this.#positions.get(segment.name) ?? 0
            const bytes = await read_from(segment.place, position)
            if (bytes === null) continue // completed, and renamed, since the directory was read
            const { rows, length } = whole_lines(bytes, rows_max)
            if (rows.length) {
                return { rows, taken: () => this.#positions.set(segment.name, position + length) }
            }
            if (segment.complete && bytes.length < READ_BYTES_MAX) {
                await fs.unlink(segment.place)
                this.#positions.delete(segment.name)
            }
        }
        return null
    }

    async #segments() {
        const found = []
        for (const file of (await names(this.directory)).sort()) {
            const match = SEGMENT.exec(file)
            if (!match) continue
            const [, name, pid, kind] = match
            // Asked before the reading: what a process wrote before its death is read after it.
            const complete = kind === 'rows' || !is_alive(Number(pid))
            found.push({ name, place: path.join(this.directory, file), complete })
        }
        return found
    }
}

/** Whether a process with this id lives. */
function is_alive(pid) {
    try {
        process.kill(pid, 0)
        return true
    } catch (problem) {
        return problem.code !== 'ESRCH'
    }
}

function whole_lines(bytes, rows_max) {
    const rows = []
    let length = 0
    while (rows.length < rows_max) {
        const end = bytes.indexOf(10, length)
        if (end < 0) break
        rows.push(bytes.toString('utf8', length, end))
        length = end + 1
    }
    return { rows, length }
}

async function read_from(place, position) {
    let file
    try {
        file = await fs.open(place)
    } catch (problem) {
        if (problem.code === 'ENOENT') return null
        throw problem
    }
    try {
        const { size } = await file.stat()
        const buffer = Buffer.alloc(Math.max(0, Math.min(READ_BYTES_MAX, size - position)))
        const { bytesRead } = await file.read(buffer, 0, buffer.length, position)
        return buffer.subarray(0, bytesRead)
    } finally {
        await file.close()
    }
}

async function names(directory) {
    try {
        return await fs.readdir(directory)
    } catch (problem) {
        if (problem.code === 'ENOENT') return []
        throw problem
    }
}

async function used_bytes(directory) {
    let bytes = 0
    for (const file of await names(directory)) {
        const found = await fs.stat(path.join(directory, file)).catch(() => null)
        bytes += found?.size ?? 0
    }
    return bytes
}

async function sync_directory(directory) {
    const handle = await fs.open(directory)
    try {
        await handle.sync()
    } finally {
        await handle.close()
    }
}

module.exports = { Writer, Reader }

'use strict'

// The plugin's settings: email-delivery-status.ini, checked once. A bad value ends Haraka's start with its name.

const path = require('node:path')

const NUMBERS = {
    rows_max: [500, 1, 1000],
    wait_ms: [1000, 10, 60_000],
    timeout_ms: [10_000, 100, 120_000],
    backoff_ms_min: [1000, 10, 3_600_000],
    backoff_ms_max: [60_000, 10, 3_600_000],
    spool_bytes_max: [2 ** 30, 2 ** 16, Number.MAX_SAFE_INTEGER],
}

function read_settings(main, home) {
    const settings = {
        url: new URL(text(main, 'url', 'http://127.0.0.1:8080/api/SMTP')),
        token_file: main.token_file ? path.resolve(home, main.token_file) : null,
        sender_id: main.sender_id === undefined ? null : whole('sender_id', main.sender_id, 0, Number.MAX_SAFE_INTEGER),
        tracking_id_header: text(main, 'tracking_id_header', 'X-Tracking-ID'),
        sender_id_header: text(main, 'sender_id_header', 'X-Sender-ID'),
        null_sender: main.null_sender,
        gzip: main.gzip,
        spool: path.resolve(home, text(main, 'spool', 'email-delivery-status')),
        when_full: text(main, 'when_full', 'drop'),
    }
    for (const [name, [preset, least, most]] of Object.entries(NUMBERS)) {
        settings[name] = whole(name, main[name] ?? preset, least, most)
    }
    if (!['drop', 'hold'].includes(settings.when_full)) throw refusal('when_full', settings.when_full, 'drop or hold')
    if (settings.backoff_ms_max < settings.backoff_ms_min) {
        throw refusal('backoff_ms_max', settings.backoff_ms_max, 'at least backoff_ms_min')
    }
    return settings
}

function text(main, name, preset) {
    return String(main[name] ?? preset)
}

function whole(name, value, least, most) {
    if (Number.isSafeInteger(value) && value >= least && value <= most) return value
    throw refusal(name, value, `a whole number from ${least} to ${most}`)
}

function refusal(name, value, wanted) {
    return new Error(`email-delivery-status.ini: ${name} = ${value} must be ${wanted}`)
}

module.exports = { read_settings }

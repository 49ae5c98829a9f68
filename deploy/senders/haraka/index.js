'use strict'

// Reports delivered, deferred and bounced mail to an Email Delivery Status gateway.
//
// Haraka goes on only when the rows are on the disk: a crash before that leaves the mail in Haraka's queue, and a crash
// after it leaves the rows in the spool. Each process writes a spool segment of its own; the first process (the master of
// a cluster, or the only one) posts them.

const { read_settings } = require('./settings')
const { Attempts, identify } = require('./rows')
const { Reader, Writer } = require('./spool')
const { Drain } = require('./drain')

const HOLD_S = 30
const WARN_MS = 10_000

exports.register = function () {
    const { main } = this.config.get('email-delivery-status.ini', {
        booleans: ['-main.null_sender', '+main.gzip'],
    })
    this.settings = read_settings(main, process.env.HARAKA ?? process.cwd())
    this.writer = new Writer(this.settings.spool, this.settings.spool_bytes_max)
    this.attempts = new Attempts()
    this.dropped = { rows: 0, said_at: -Infinity }
    const hooks = {
        init_master: 'start_drain',
        pre_send_trans_email: 'note_ids',
        send_email: 'begin_attempt',
        delivered: 'report_delivered',
        deferred: 'report_deferred',
        bounce: 'report_bounced',
    }
    for (const [hook, method] of Object.entries(hooks)) this.register_hook(hook, method)
}

exports.start_drain = async function (next) {
    const log = {
        info: (text) => this.loginfo(text),
        warn: (text) => this.logwarn(text),
        error: (text) => this.logerror(text),
    }
    const reader = new Reader(this.settings.spool)
    this.drain = new Drain(reader, this.settings, log)
    await reader.begin().catch((problem) => this.logerror(`the spool can't be read: ${problem.message}`))
    this.drain.run()
    next()
}

exports.shutdown = function () {
    this.drain?.stop()
    this.writer.close().catch((problem) => this.logerror(problem.message))
}

exports.note_ids = function (next, connection) {
    const { transaction } = connection
    transaction.notes.email_delivery_status = identify(transaction, this.settings)
    next()
}

exports.begin_attempt = async function (next, hmail) {
    if (this.settings.when_full === 'hold' && (await this.writer.full())) {
        this.logcrit(`the spool is full: mail is held for ${HOLD_S} s`)
        return next(DELAY, HOLD_S)
    }
    this.attempts.begin(hmail, Date.now())
    next()
}

exports.report_delivered = function (next, hmail, params) {
    const [, , response, , , , recipients] = params
    this.report(next, 'delivered', hmail, recipients, response)
}

exports.report_deferred = function (next, hmail, params) {
    this.report(next, 'deferred', hmail, params.fail_recips ?? hmail.todo?.rcpt_to, params.err)
}

exports.report_bounced = function (next, hmail, problem) {
    const recipients = problem.bounced_rcpt ?? problem.deferred_rcpt ?? hmail.todo?.rcpt_to
    this.report(next, 'bounced', hmail, recipients, problem.message)
}

/** Puts the rows into the spool, then lets Haraka go on: also when that failed, as mail matters more than its report. */
exports.report = async function (next, label, hmail, recipients, text) {
    try {
        // A queue file that can't be read has no recipients. A null sender: Haraka's own bounce messages.
        const reported = hmail.todo && recipients?.length && (hmail.todo.mail_from.user || this.settings.null_sender)
        if (reported) await this.keep(this.attempts.end(label, hmail, recipients, text, Date.now()))
    } catch (problem) {
        this.logcrit(`a ${label} mail is not reported: ${problem.message}`)
    }
    next()
}

exports.keep = async function (rows) {
    if (this.settings.when_full === 'hold' || !(await this.writer.full())) return this.writer.append(rows)
    this.dropped.rows += rows.length
    if (Date.now() - this.dropped.said_at > WARN_MS) {
        this.dropped.said_at = Date.now()
        this.logcrit(`the spool is full: ${this.dropped.rows} rows dropped since the start`)
    }
}

'use strict'

// What Haraka knows of an attempt's end, as rows: one SMTPNotification for each recipient.

const EVENT_CODES = { delivered: 103, bounced: 101 } // a deferral has none in the interface
const TEXT_MAX = 2000
const ID_MAX = 255

// What a server said to the last attempt. Haraka leaves it on the recipient, also through an attempt that reaches nobody.
const REPLY = ['dsn_smtp_code', 'dsn_smtp_extc', 'dsn_smtp_response', 'dsn_status']

/** The ids that a mail goes by from now on; kept in its notes, which its queue file holds. */
function identify(transaction, settings) {
    const header = (name) => transaction.header.get(name).trim()
    const sender_id = header(settings.sender_id_header)
    return {
        tracking_id: header(settings.tracking_id_header).slice(0, ID_MAX) || transaction.uuid,
        sender_id: /^\d{1,15}$/.test(sender_id) ? Number(sender_id) : settings.sender_id,
    }
}

/** Attempts under way, by recipient. Recipients are objects that outlive the split of a mail into several. */
class Attempts {
    #begun = new WeakMap()

    /** An attempt begins: an earlier one's reply is set aside, so that what is found at its end is of this one. */
    begin(hmail, now) {
        for (const recipient of hmail.todo?.rcpt_to ?? []) {
            const reply = {}
            for (const name of REPLY) {
                if (recipient[name] === undefined) continue
                reply[name] = recipient[name]
                delete recipient[name]
            }
            this.#begun.set(recipient, { started: now, tries: hmail.num_failures, reply })
        }
    }

    /** The rows of the recipients for whom the attempt ended like this. `text` is for those to whom no server replied. */
    end(label, hmail, recipients, text, now) {
        return recipients.map((recipient) => {
            const begun = this.#begun.get(recipient)
            const reply = label === 'delivered' ? accepted(text) : failed(label, recipient, text)
            if (begun && label !== 'delivered') restore(label, recipient, begun.reply)
            const ids = hmail.todo.notes?.email_delivery_status
            return without_nulls({
                tracking_id: ids?.tracking_id ?? hmail.todo.uuid.replace(/\.\d+$/, ''),
                sender_id: ids?.sender_id,
                rcpt_to: address(recipient),
                mail_from: address(hmail.todo.mail_from),
                event_label: label,
                event_code: EVENT_CODES[label],
                ...reply,
                tries: begun?.tries ?? hmail.num_failures,
                time_started: seconds(begun?.started ?? hmail.todo.queue_time),
                time_finished: seconds(now),
            })
        })
    }
}

/** Haraka keeps the text of the reply to the mail's data, not its code: RFC 5321 section 4.3.2 knows one, 250. */
function accepted(text) {
    return { resp_code: 250, resp_msg: cut(`250 ${text ?? ''}`) }
}

function failed(label, recipient, text) {
    const code = Number(recipient.dsn_smtp_code)
    if (code) {
        return { resp_code: code, resp_msg: cut([code, recipient.dsn_smtp_extc, recipient.dsn_smtp_response]) }
    }
    // Nobody replied: no reply code. Haraka's status of its own has class 5 also where it tries again.
    const status = recipient.dsn_status && String(recipient.dsn_status)
    return { resp_msg: cut([label === 'deferred' ? status?.replace(/^5/, '4') : status, text]) }
}

function restore(label, recipient, reply) {
    for (const name of REPLY) {
        if (recipient[name] !== undefined || reply[name] === undefined) continue
        recipient[name] = name === 'dsn_status' && label === 'bounced' ? reply[name].replace(/^4/, '5') : reply[name]
    }
}

function address(one) {
    return (typeof one?.address === 'function' ? one.address() : one?.address) || null
}

function cut(parts) {
    return [parts].flat().filter(Boolean).join(' ').trim().slice(0, TEXT_MAX)
}

function seconds(ms) {
    return Math.floor(ms / 1000)
}

function without_nulls(row) {
    return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null && value !== undefined))
}

module.exports = { Attempts, identify }

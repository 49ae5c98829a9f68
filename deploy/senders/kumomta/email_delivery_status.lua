-- KumoMTA's log records as SMTPNotification rows. In init.lua, before the queues helper:
--   dofile '/opt/kumomta/etc/policy/email_delivery_status.lua'
-- Batches need KumoMTA 2024.11.08-d383b033 or newer.
local kumo = require 'kumo'
local log_hooks = require 'policy-extras.log_hooks'

local URL = 'https://gateway.example.com/api/SMTP'
local TOKEN_FILE = '/opt/kumomta/etc/email-delivery-status.token'

local EVENTS = {
  Reception = { label = 'queued' },
  TransientFailure = { label = 'deferred' },
  Delivery = { label = 'delivered', code = 103 },
  Bounce = { label = 'bounced', code = 101 },
  AdminBounce = { label = 'bounced', code = 101 },
  Expiration = { label = 'bounced', code = 101 },
  OOB = { label = 'bounced', code = 101 },
}

local function row(record)
  local event = EVENTS[record.type]
  local response = record.response or {}
  local text = response.content
  local enhanced = response.enhanced_code
  if enhanced then
    text = string.format('%d.%d.%d %s', enhanced.class, enhanced.subject, enhanced.detail, text or '')
  end
  return {
    tracking_id = (record.headers or {})['X-Tracking-ID'] or record.id,
    rcpt_to = record.recipient,
    mail_from = record.sender,
    event_label = event.label,
    event_code = event.code,
    resp_code = response.code,
    resp_msg = text,
    tries = record.num_attempts,
    time_started = record.created,
    time_finished = record.timestamp,
  }
end

log_hooks:new {
  name = 'email_delivery_status',
  batch_size = 500,
  log_parameters = {
    headers = { 'X-Tracking-ID' },
    per_record = {
      Reception = { enable = true },
      TransientFailure = { enable = true },
      Delivery = { enable = true },
      Bounce = { enable = true },
      AdminBounce = { enable = true },
      Expiration = { enable = true },
      OOB = { enable = true },
      Any = { enable = false },
    },
  },
  queue_config = { retry_interval = '10s', max_retry_interval = '5m', max_age = '7d' },
  constructor = function(domain, tenant, campaign)
    local connection = {}
    local client = kumo.http.build_client {}
    local token = kumo.secrets.load(TOKEN_FILE):gsub('%s+$', '')

    function connection:send_batch(messages)
      local rows = {}
      for _, message in ipairs(messages) do
        table.insert(rows, row(message:get_meta 'log_record'))
      end
      local response = client
        :post(URL)
        :header('Content-Type', 'application/json')
        :header('Authorization', 'Bearer ' .. token)
        :body(kumo.serde.json_encode(rows))
        :send()
      local said = string.format('%d %s', response:status_code(), response:text())
      if response:status_is_success() then
        return said
      end
      if response:status_code() == 400 then
        kumo.reject(500, said) -- no row is of use; the gateway has kept them as dead letters
      end
      kumo.reject(400, said) -- anything else: again later
    end

    function connection:close()
      client:close()
    end

    return connection
  end,
}

/**
 * `exchange` of stores/exchange.ts in Lua, which Redis runs as one step. KEYS[1]: the scope's key, a text of JSON;
 * ARGV[1]: the request; ARGV[2]: the time in ms, or an empty text for the server's own. What the key holds is not
 * trusted: anything but a state of ours counts as none.
 */
export const exchangeScript = `
local request = cjson.decode(ARGV[1])
local policy = request.policy
local now = tonumber(ARGV[2])
if not now then
  local time = redis.call('TIME')
  now = time[1] * 1000 + math.floor(time[2] / 1000)
end

local function number(value, most)
  return type(value) == 'number' and value >= 0 and value <= most
end

local function load()
  local text = redis.call('GET', KEYS[1])
  local ok, state = pcall(cjson.decode, text or '')
  if not (ok and type(state) == 'table' and type(state.isOpen) == 'boolean'
    and type(state.leases) == 'table' and type(state.window) == 'table'
    and number(state.era, now + 86400000) and number(state.openUntil, now + policy.ttlMs)
    and number(state.failedProbes, 1e6) and number(state.passedProbes, 1e6)) then
    return { era = 0, isOpen = false, openUntil = 0, failedProbes = 0, passedProbes = 0, leases = {}, window = {} }
  end
  for _, part in ipairs(state.window) do
    if not (type(part) == 'table' and number(part[1], 1e15) and number(part[2], 1e9) and number(part[3], 1e9)
      and number(part[4], 1e9) and number(part[5], 1e9)) then
      state.window = {}
      break
    end
  end
  return state
end

local function change(state, openForMs, failedProbes)
  return {
    era = math.max(now, state.era + 1), isOpen = openForMs ~= nil, openUntil = openForMs and now + openForMs or 0,
    failedProbes = failedProbes, passedProbes = 0, leases = {}, window = {}
  }
end

local state = load()
local living, held = {}, 0
for by, lostAt in pairs(state.leases) do
  if number(lostAt, now + policy.leaseMs) and lostAt > now then
    living[by] = lostAt
    held = held + 1
  end
end
state.leases = living

if not state.isOpen and request.attempts > 0 and (request.era == 0 or request.era == state.era) then
  local span = policy.spanMs
  local index = span == 0 and 0 or math.floor(now * 10 / span)
  local window = {}
  for _, part in ipairs(state.window) do
    if span == 0 or part[1] > index - 10 then window[#window + 1] = part end
  end
  local last = window[#window]
  local same = false
  if last then
    if span == 0 then same = last[2] < math.ceil(policy.maxCalls / 10) else same = last[1] == index end
  end
  if not same then
    last = { index, 0, 0, 0, 0 }
    window[#window + 1] = last
  end
  last[2] = last[2] + request.calls
  last[3] = last[3] + request.attempts
  last[4] = last[4] + request.failures
  last[5] = last[5] + request.slow
  if span == 0 then
    local total = 0
    for _, part in ipairs(window) do total = total + part[2] end
    while total - window[1][2] >= policy.maxCalls do
      total = total - window[1][2]
      table.remove(window, 1)
    end
  end
  local calls, attempts, failures, slow = 0, 0, 0, 0
  for _, part in ipairs(window) do
    calls = calls + part[2]
    attempts = attempts + part[3]
    failures = failures + part[4]
    slow = slow + part[5]
  end
  local failing = request.failures > 0 and failures >= policy.failureRate * attempts
  local slowing = policy.slowRate > 0 and request.slow > 0 and slow >= policy.slowRate * attempts
  state.window = window
  if calls >= policy.minimumCalls and (failing or slowing) then state = change(state, request.openForMs, 0) end
end

local event, by, granted = request.event, request.by, false
local mine = state.isOpen and state.leases[by]
if event == 'claim' then
  granted = state.isOpen and now >= state.openUntil and held < policy.probes
  if granted then state.leases[by] = now + policy.leaseMs end
elseif event == 'failed' and mine then
  state = change(state, request.openForMs, request.failedProbes)
elseif event == 'released' and mine then
  state.leases[by] = nil
elseif event == 'restored' and state.era == 0 then
  state = change(state, request.openForMs, request.failedProbes)
elseif event == 'passed' and mine then
  state.passedProbes = state.passedProbes + 1
  state.leases[by] = nil
  if state.passedProbes >= policy.probes then state = change(state, nil, 0) end
end

redis.call('SET', KEYS[1], cjson.encode(state), 'PX', math.ceil(policy.ttlMs))
local openForMs = state.isOpen and math.max(0, state.openUntil - now) or 0
return { state.era, state.isOpen and 1 or 0, math.ceil(openForMs), state.failedProbes, granted and 1 or 0 }
`;

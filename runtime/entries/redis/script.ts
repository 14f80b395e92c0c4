/**
 * `exchange` of stores/exchange.ts in Lua, which Redis runs as one step. KEYS[1]: the scope's key, a JSON string;
 * ARGV[1]: the request; ARGV[2]: the time in ms, or an empty string for the server's own. The value of the key is not
 * trusted: anything but a valid state counts as none.
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
  if not (ok and type(state) == 'table' and type(state.isOpen) == 'boolean' and type(state.isForAll) == 'boolean'
    and type(state.leases) == 'table' and type(state.window) == 'table' and type(state.openers) == 'table'
    and number(state.era, now + 86400000) and number(state.closedAt, state.era)
    and number(state.openUntil, now + policy.ttlMs) and number(state.failedProbes, 1e6)
    and number(state.passedProbes, 1e6) and number(state.successes, 1e15)) then
    return { era = 0, closedAt = 0, isOpen = false, isForAll = false, openUntil = 0, failedProbes = 0, passedProbes = 0,
      leases = {}, openers = {}, successes = 0, window = {} }
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

local function open(state, openForMs, failedProbes, isForAll)
  return {
    era = math.max(now, state.era + 1), closedAt = state.closedAt, isOpen = true, isForAll = isForAll,
    openUntil = now + openForMs, failedProbes = failedProbes, passedProbes = 0, leases = {}, openers = {}, successes = 0,
    window = {}
  }
end

local function close(state)
  local era = math.max(now, state.era + 1)
  return {
    era = era, closedAt = era, isOpen = false, isForAll = false, openUntil = 0, failedProbes = 0, passedProbes = 0,
    leases = {}, openers = {}, successes = 0, window = {}
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

if not state.isForAll and request.attempts > 0 and (request.era == 0 or request.era >= state.closedAt) then
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
  state.successes = state.isOpen and state.successes + request.attempts - request.failures or 0
  if calls >= policy.minimumCalls and (failing or slowing) then
    if state.isOpen then
      state.isForAll = true
      state.window = {}
    else
      state = open(state, request.openForMs, 0, true)
    end
  end
end

local function join(openForMs)
  local process = string.match(request.by, '^[^:]*')
  local isIdle = held == 0 and now > state.openUntil + policy.leaseMs
  if not state.isOpen or (not state.isForAll and isIdle) then
    if not state.isOpen and request.era ~= 0 and request.era < state.era then return end
    local window = state.window
    state = open(state, openForMs, request.failedProbes, false)
    state.openers = { process }
    state.window = window
    held = 0
  elseif #state.openers < 2 and state.openers[1] ~= process then
    state.openers[#state.openers + 1] = process
  end
end

local event, by, granted = request.event, request.by, false
if event == 'claim' then
  join(0)
  granted = state.isOpen and now >= state.openUntil and held < policy.probes
  if granted then state.leases[by] = now + policy.leaseMs end
elseif event == 'opened' then
  join(request.openForMs)
elseif event == 'restored' and state.era == 0 then
  state = open(state, request.openForMs, request.failedProbes, true)
elseif event == 'recovered' and state.isOpen and request.era == state.era then
  state = close(state)
elseif state.isOpen and state.leases[by] then
  if event == 'failed' then
    local isForAll = state.isForAll or (#state.openers > 1 and state.successes == 0)
    local openers, window = state.openers, isForAll and {} or state.window
    state = open(state, request.openForMs, request.failedProbes, isForAll)
    state.openers = openers
    state.window = window
  elseif event == 'released' then
    state.leases[by] = nil
  elseif event == 'passed' then
    state.passedProbes = state.passedProbes + 1
    state.leases[by] = nil
    if state.passedProbes >= policy.probes then state = close(state) end
  end
end

redis.call('SET', KEYS[1], cjson.encode(state), 'PX', math.ceil(policy.ttlMs))
local openForMs = state.isOpen and math.max(0, state.openUntil - now) or 0
return { state.era, state.isOpen and 1 or 0, math.ceil(openForMs), state.failedProbes, granted and 1 or 0,
  state.isForAll and 1 or 0 }
`;

-- A bucket that refills evenly, kept as the moment at which it will be full again, in microseconds.
-- Arguments: the time in which one event refills, the time in which all do, and what to do.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local period, window, verb = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]

local kept = tonumber(redis.call('GET', KEYS[1]) or now)
-- A bucket that seems emptier than empty was used before the clock was set back.
local full = math.min(math.max(kept, now), now + window)

local function keep(moment)
  if moment <= now then
    redis.call('DEL', KEYS[1])
  else
    redis.call('SET', KEYS[1], string.format('%.0f', moment), 'PX', math.ceil((moment - now) / 1000))
  end
end

if verb == 'undo' then
  keep(full - period)
  return {1, 0}
end
local room = now + window - full - period
if room < 0 then
  -- Otherwise it would be as empty again at every look, until the clock has caught up.
  if kept > full then keep(full) end
  return {0, -room}
end
if verb == 'count' then
  keep(full + period)
end
return {1, math.floor(room / period)}

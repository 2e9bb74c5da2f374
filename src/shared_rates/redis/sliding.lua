-- At most so many events in any period: a sorted set of them by their moments, in microseconds.
-- Arguments: the maximum, the period, what to do, and the name of the event.
local time = redis.call('TIME')
local now = time[1] * 1000000 + time[2]
local max, per, verb, event = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3], ARGV[4]

local function text(moment)
  return string.format('%.0f', moment)
end

if verb == 'undo' then
  redis.call('ZREM', KEYS[1], event)
  return {1, 0}
end
-- Events that lie ahead were counted before the clock was set back: they happened by now at the latest.
local ahead = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. text(now), '+inf')
for _, early in ipairs(ahead) do
  redis.call('ZADD', KEYS[1], text(now), early)
end
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', text(now - per))
local counted = redis.call('ZCARD', KEYS[1])
local room = max - counted
local wait = 0
if room <= 0 then
  local oldest = redis.call('ZRANGE', KEYS[1], counted - max, counted - max, 'WITHSCORES')
  wait = tonumber(oldest[2]) + per - now
elseif verb == 'count' then
  redis.call('ZADD', KEYS[1], text(now), event)
  room = room - 1
end
if #ahead > 0 or (wait == 0 and verb == 'count') then
  redis.call('PEXPIRE', KEYS[1], math.ceil(per / 1000))
end
if wait > 0 then
  return {0, wait}
end
return {1, room}

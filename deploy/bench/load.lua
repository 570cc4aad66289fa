-- One kind of request for wrk: BENCH_KIND is create, read, page or change; BENCH_ROWS the number of incidents.
local kind = os.getenv("BENCH_KIND")
local rows = tonumber(os.getenv("BENCH_ROWS"))
local headers = {
  ["Authorization"] = "Bearer " .. os.getenv("BENCH_TOKEN"),
  ["Content-Type"] = "application/json",
}
local round, rounds = tonumber(os.getenv("BENCH_ROUND")), tonumber(os.getenv("BENCH_ROUNDS"))
local share = math.floor(rows / 2)
local slice = math.floor(share / rounds)
local number, offset = 0, 0
local threads, begun = 0, os.time()

function setup(thread)
  thread:set("place", threads)
  threads = threads + 1
end

function init(args)
  offset = place * share + round * slice  -- each round changes incidents that none has changed
end

local function id()
  return offset + number % slice + 1
end

function request()
  number = number + 1
  if kind == "create" then
    headers["Idempotency-Key"] = string.format("%d-%d-%d-%d", begun, place, round, number)
    return wrk.format("POST", "/api/v1/incidents/", headers, '{"description": "The gateway answers with an error.", "severity": "high"}')
  elseif kind == "read" then
    return wrk.format("GET", string.format("/api/v1/incidents/%d/", id()), headers)
  elseif kind == "page" then
    return wrk.format("GET", "/api/v1/incidents/", headers)
  end
  local status = math.floor(number / slice) % 2 == 0 and "in_progress" or "open"
  return wrk.format("PATCH", string.format("/api/v1/incidents/%d/", id()), headers, string.format('{"status": "%s"}', status))
end

function done(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.write(string.format("RESULT %d %d %.3f %.3f %d\n", summary.requests, summary.duration, latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad))
end

#include "bench/host/preemption.hpp"

#include <algorithm>

namespace kickbench::host {

PreemptionProbe watch_for_gaps(const Clock& clock, Nanoseconds duration, Nanoseconds bound) {
  const TickSpan bound_ticks = clock.to_ticks(bound);
  std::uint64_t gaps = 0;
  TickSpan longest;
  TickSpan lost;
  const TickTime start = read_ticks();
  const TickTime end = start + clock.to_ticks(duration);
  TickTime previous = start;
  while (previous < end) {
    const TickTime now = read_ticks();
    const TickSpan jump = now - previous;
    previous = now;
    if (jump <= bound_ticks) continue;
    ++gaps;
    lost += jump;
    longest = std::max(longest, jump);
  }
  return {gaps, clock.to_ns(longest), clock.to_ns(lost), clock.to_ns(previous - start), bound};
}

}  // namespace kickbench::host

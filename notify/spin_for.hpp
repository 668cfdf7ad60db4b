#pragma once

#include "notify/cpu.hpp"

namespace kickbench {

/// Keeps the CPU busy for a span: how the costs of a VM exit or a slow start are emulated.
inline void spin_for(TickSpan span) noexcept {
  const TickTime end = read_ticks() + span;
  while (read_ticks() < end) {
  }
}

}  // namespace kickbench

// The one table that names the wait strategies: what a side does when it has no work.
#pragma once

#include <array>
#include <string_view>

namespace kickbench {

enum class WaitKind { poll, sleep, block, spin_block };

struct WaitKindRow {
  WaitKind kind;
  std::string_view name;
  bool needs_notifier;
  std::string_view description;
};

inline constexpr std::array wait_kinds{
    WaitKindRow{WaitKind::poll, "poll", false, "look again and again"},
    WaitKindRow{WaitKind::sleep, "sleep", false, "sleep for a fixed time (--yp, --yc), then look"},
    WaitKindRow{WaitKind::block, "block", true, "ask for a notification, look once more, wait for it"},
    WaitKindRow{WaitKind::spin_block, "spin-block", true, "poll for a bounded time (--spin), then block"},
};

}  // namespace kickbench

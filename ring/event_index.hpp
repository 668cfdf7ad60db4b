// A half's own event index: where it asks the peer to notify it (used_event of the driver, avail_event of the device).
#pragma once

#include <algorithm>
#include <cstdint>

#include "ring/atomic.hpp"

namespace kickbench {

/// The private copy of the event word that this half writes. With EVENT_IDX there is no "off": a half suppresses
/// notifications by leaving its event where the peer does not pass it, and moves it on before 16 bits wrap around to
/// it.
///
/// How far it may fall behind: between two looks `next` moves by at most L, and the peer publishes at most L beyond it,
/// so an event that is up to 65536 - 2 L behind at a look is not reached before the following look. At L = 32768, where
/// nothing is left, it may be reached by a peer that refills the whole queue while it is drained: one notification in
/// 32768 items may then be sent in vain.
class EventIndex {
 public:
  EventIndex(std::uint16_t* word, std::uint32_t queue_size) noexcept
      : word_(word),
        behind_max_(static_cast<std::uint16_t>((0x10000 - 2 * std::min(queue_size, 0x4000U)) / 2)),
        trail_(static_cast<std::uint16_t>(std::min<std::uint32_t>(queue_size, behind_max_ / 2))) {
    suppress(0);
  }

  /// The peer shall notify when it has passed `event`. The caller orders this store before its next look (D4, V4).
  void request(std::uint16_t event) noexcept {
    requested_ = true;
    set(event);
  }

  /// Takes a request back. An event that the peer, seen at `peer_idx`, has passed already need not be moved.
  void withdraw(std::uint16_t next, std::uint16_t peer_idx) noexcept {
    requested_ = false;
    const bool passed = static_cast<std::uint16_t>(peer_idx - event_ - 1) < 0x8000;
    if (!passed) suppress(next);
  }

  /// To be called at each look at the peer's index: an event that was left behind moves on before it is reached again.
  void stay_behind(std::uint16_t next) noexcept {
    if (!requested_ && static_cast<std::uint16_t>(next - event_) > behind_max_) [[unlikely]]
      suppress(next);
  }

 private:
  // Some way behind, so that a batch whose check is still under way does not reach back to it.
  void suppress(std::uint16_t next) noexcept { set(static_cast<std::uint16_t>(next - 1 - trail_)); }

  void set(std::uint16_t event) noexcept {
    event_ = event;
    store_relaxed(*word_, event);  // relaxed: a request is ordered by the caller's fence; a suppression is a hint
  }

  std::uint16_t* word_;
  std::uint16_t event_ = 0;
  std::uint16_t behind_max_;
  std::uint16_t trail_;
  bool requested_ = false;
};

}  // namespace kickbench

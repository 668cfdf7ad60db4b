// A half's own event index: where it asks the peer to notify it (used_event of the driver, avail_event of the device).
#pragma once

#include <algorithm>
#include <cstdint>

#include "ring/atomic.hpp"

namespace kickbench {

/// The private copy of the event word that this half writes. With EVENT_IDX there is no "off": a half suppresses
/// notifications by leaving its event where the peer does not pass it, and moves it on before 16 bits wrap around to
/// it.
class EventIndex {
 public:
  EventIndex(std::uint16_t* word, std::uint32_t queue_size) noexcept
      : word_(word), trail_(static_cast<std::uint16_t>(std::min<std::uint32_t>(queue_size, 0x2000))) {
    suppress(0);
  }

  /// The peer shall notify when it has passed `event`. The caller orders this store before its next look (D4, V4).
  void request(std::uint16_t event) noexcept { set(event); }

  /// Takes a request back that the peer, seen at `peer_idx`, has not passed yet.
  void withdraw(std::uint16_t next, std::uint16_t peer_idx) noexcept {
    const bool passed = static_cast<std::uint16_t>(peer_idx - event_ - 1) < 0x8000;
    if (!passed) suppress(next);
  }

  /// To be called now and then: an event that was left behind stays within half a lap of `next`, so that no publication
  /// comes around to it. An event that lies ahead is a request, and is left alone.
  void stay_behind(std::uint16_t next) noexcept {
    const auto behind = static_cast<std::uint16_t>(next - event_);
    if (behind > 0x4000 && behind < 0x8000) [[unlikely]]
      suppress(next);
  }

 private:
  // Far enough behind that a batch whose check is still under way does not reach back to it.
  void suppress(std::uint16_t next) noexcept { set(static_cast<std::uint16_t>(next - 1 - trail_)); }

  void set(std::uint16_t event) noexcept {
    event_ = event;
    store_relaxed(*word_, event);  // relaxed: a request is ordered by the caller's fence; a suppression is a hint
  }

  std::uint16_t* word_;
  std::uint16_t event_ = 0;
  std::uint16_t trail_;
};

}  // namespace kickbench

// How a half of a split virtqueue asks for notifications or suppresses them: by its event index where EVENT_IDX was
// agreed on, else by the flag of its ring (VIRTIO 1.2, 2.7.7 and 2.7.10).
#pragma once

#include <cstdint>

#include "ring/atomic.hpp"
#include "ring/event.hpp"
#include "ring/event_index.hpp"
#include "ring/queue_shape.hpp"

namespace kickbench {

// VIRTQ_AVAIL_F_NO_INTERRUPT and VIRTQ_USED_F_NO_NOTIFY.
inline constexpr std::uint16_t split_flag_no_notification = 1;

/// This half's own words: what the peer shall do.
class SplitRequest {
 public:
  SplitRequest(std::uint16_t* flags, std::uint16_t* event, const QueueShape& shape) noexcept
      : event_idx_(shape.features.has(Feature::event_idx)), flags_(flags), event_(event, shape.queue_size) {
    set_flags(event_idx_ ? 0 : split_flag_no_notification);
  }

  /// The peer shall notify when it has passed `event`; without EVENT_IDX, at whatever it publishes. The caller orders
  /// this store before its next look (D4, V4).
  void request(std::uint16_t event) noexcept {
    if (event_idx_) {
      event_.request(event);
    } else {
      set_flags(0);
    }
  }

  /// Takes a request back.
  void withdraw(std::uint16_t next, std::uint16_t peer_idx) noexcept {
    if (event_idx_) {
      event_.withdraw(next, peer_idx);
    } else {
      set_flags(split_flag_no_notification);
    }
  }

  /// To be called at each look at the peer's index.
  void stay_behind(std::uint16_t next) noexcept {
    if (event_idx_) event_.stay_behind(next);
  }

 private:
  void set_flags(std::uint16_t flags) noexcept {
    store_relaxed(*flags_, flags);  // relaxed: a request is ordered by the caller's fence; a suppression is a hint
  }

  bool event_idx_;
  std::uint16_t* flags_;
  EventIndex event_;
};

/// The peer's words, and whether they ask for a notification of what was published since the last time they were asked.
class SplitPeerRequest {
 public:
  SplitPeerRequest(const std::uint16_t* flags, const std::uint16_t* event, const QueueShape& shape) noexcept
      : event_idx_(shape.features.has(Feature::event_idx)), flags_(flags), event_(event) {}

  /// `published_idx`: this half's index. The caller orders its publication before this (D2, V3).
  bool wants(std::uint16_t published_idx) noexcept {
    const std::uint16_t checked_idx = checked_idx_;
    checked_idx_ = published_idx;
    // relaxed: ordered by the caller's fence, D2 or V3
    if (event_idx_) return event_passed(load_relaxed(*event_), published_idx, checked_idx);
    // relaxed: likewise
    return published_idx != checked_idx && (load_relaxed(*flags_) & split_flag_no_notification) == 0;
  }

 private:
  bool event_idx_;
  const std::uint16_t* flags_;
  const std::uint16_t* event_;
  std::uint16_t checked_idx_ = 0;
};

}  // namespace kickbench

// Random schedules of both halves against a reference: queues of buffers, and notifications counted in numbers that
// never wrap around. All shapes that a queue can have, chains of any length, both directions of data, batches, and
// buffers used in any order where IN_ORDER was not agreed on.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <random>
#include <set>
#include <span>
#include <sstream>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "tests/ring/heap_queue.hpp"
#include "tests/ring/ring_table.hpp"

namespace kickbench {
namespace {

using test::below;

/// A buffer from add() to reclaim().
struct Buffer {
  std::uint16_t id = 0;
  std::vector<Segment> segments;
  std::uint32_t writable_bytes = 0;
  std::uint32_t units = 1;  ///< what the layout counts: buffers if it is split, descriptors of the ring if packed
  std::uint32_t used_len = 0;
};

/// When a half must notify its peer, in units that are numbered without end (VIRTIO 1.2, 2.7.7, 2.7.10, 2.8.9).
class Notification {
 public:
  Notification(bool event_idx, bool leaves_event) : event_idx_(event_idx), leaves_event_(leaves_event) {}

  void passed(std::uint32_t units) { passed_ += units; }
  void published() { published_ = passed_; }
  /// The peer waits for the unit of this number.
  void armed(std::uint64_t event) { event_ = event; }
  void disarmed() {
    // Where the event was passed already and nobody has asked since, the peer may leave it, and be notified in vain.
    unknown_ = leaves_event_ && event_ && *event_ < published_ && *event_ >= asked_;
    event_.reset();
  }
  bool is_armed() const { return event_.has_value(); }

  /// What the half must answer now; none where it may say either.
  std::optional<bool> expected() {
    const std::uint64_t from = std::exchange(asked_, published_);
    if (event_) return event_idx_ ? *event_ >= from && *event_ < published_ : published_ > from;
    if (std::exchange(unknown_, false)) return std::nullopt;
    return false;
  }
  std::uint64_t unasked_count() const { return passed_ - asked_; }

 private:
  bool event_idx_;
  bool leaves_event_;
  bool unknown_ = false;
  std::uint64_t passed_ = 0;     // added or pushed up to here
  std::uint64_t published_ = 0;  // visible up to here
  std::uint64_t asked_ = 0;      // asked about up to here
  std::optional<std::uint64_t> event_;
};

/// What a half has told its peer, and what the peer still has of it.
struct Side {
  std::deque<Buffer> unpublished;
  std::deque<Buffer> published;
  std::uint64_t units_taken = 0;  ///< by the peer
  Notification notification;

  void publish() {
    for (Buffer& buffer : unpublished) published.push_back(std::move(buffer));
    unpublished.clear();
    notification.published();
  }
  Buffer take() {
    Buffer buffer = std::move(published.front());
    published.pop_front();
    units_taken += buffer.units;
    return buffer;
  }
};

template <class Layout>
class Schedule {
 public:
  Schedule(const QueueShape& shape, std::uint32_t seed)
      : shape_(shape), seed_(seed), queue_(shape), driver_(queue_.make_driver()), device_(queue_.make_device()) {}

  /// Runs until so many buffers came back, or something does not hold. In the second half nobody arms: silence must
  /// last.
  void run(std::uint64_t reclaimed_max, std::uint32_t one_reset_in) {
    arms_until_ = reclaimed_max / 2;
    while (reclaimed_count_ < reclaimed_max && failure_ == nullptr) {
      if (one_reset_in > 0 && below(random_, one_reset_in) == 0) reset();
      step();
    }
    if (failure_ != nullptr) ADD_FAILURE() << "it does not hold that " << failure_ << describe_run();
  }

 private:
  static constexpr bool is_packed = std::is_same_v<Layout, PackedLayout>;
  void step() {
    const std::size_t which = below(random_, steps.size());
    last_steps_[step_count_++ % last_steps_.size()] = steps[which].name;
    (this->*steps[which].run)();
  }

  void check(bool holds, const char* what) {
    if (!holds && failure_ == nullptr) failure_ = what;
  }
  std::string describe_run() const {
    std::ostringstream text;
    text << "\nseed " << seed_ << ", queue size " << shape_.queue_size << ", chain " << shape_.chain << ", features 0x"
         << std::hex << shape_.features.bits() << std::dec << ", after " << step_count_ << " steps, the last of them:";
    for (std::size_t i = step_count_ < last_steps_.size() ? 0 : step_count_ - last_steps_.size(); i < step_count_;
         ++i) {
      text << ' ' << last_steps_[i % last_steps_.size()];
    }
    return text.str();
  }

  // A batch of random size, or what there is of it.
  template <bool (Schedule::*one)()>
  void some() {
    for (std::uint32_t left = 1 + below(random_, shape_.buffer_count()); left > 0 && failure_ == nullptr; --left) {
      if (!(this->*one)()) return;
    }
  }

  Buffer random_buffer() {
    const bool full = below(random_, 2) == 0;
    const std::uint32_t count = full ? shape_.chain : 1 + below(random_, shape_.chain);
    const std::uint32_t readable_count = below(random_, 3) == 0 ? 0 : below(random_, count + 1);
    Buffer buffer{.id = driver_.next_id(), .segments = {}};
    for (std::uint32_t i = 0; i < count; ++i) {
      const std::uint32_t len = 8 + below(random_, 9);
      const std::uint64_t addr = below(random_, (queue_.pool.end - len) / 8 + 1) * std::uint64_t{8};
      const std::uint16_t flags = i < readable_count ? std::uint16_t{0} : descriptor_flag_write;
      buffer.segments.push_back({.addr = addr, .len = len, .flags = flags});
      buffer.writable_bytes += buffer.segments.back().writable_bytes();
    }
    return buffer;
  }

  bool add() {
    check(driver_.free_count() == shape_.buffer_count() - in_flight_.size(), "each buffer is free or in flight");
    if (driver_.free_count() == 0 || is_unasked_max(to_device_)) return false;
    Buffer buffer = random_buffer();
    check(buffer.id < shape_.queue_size && in_flight_.insert(buffer.id).second, "the next id is a free one");
    const std::span<const Segment> chain(buffer.segments);
    if (shape_.indirect() && (chain.size() > 1 || below(random_, 2) == 0)) {
      const std::uint64_t table = queue_.pool.tables + std::uint64_t{buffer.id} * shape_.chain * descriptor_bytes;
      driver_.add_indirect(chain, reinterpret_cast<typename Layout::Descriptor*>(queue_.heap().at(table)), table);
    } else if (chain.size() == 1 && below(random_, 2) == 0) {
      driver_.add(chain.front());
    } else {
      driver_.add(chain);
      if (is_packed) buffer.units = static_cast<std::uint32_t>(chain.size());
    }
    to_device_.notification.passed(buffer.units);
    to_device_.unpublished.push_back(std::move(buffer));
    return true;
  }

  bool pop() {
    disarm(device_, to_device_);
    check(device_.has_avail() == !to_device_.published.empty(), "the device sees what was made available");
    DeviceBuffer got;
    if (to_device_.published.empty()) {
      check(!device_.pop(got, 8, 0), "the device takes nothing that was not made available");
      return false;
    }
    Buffer buffer = to_device_.take();
    const bool popped = device_.pop(got, buffer.segments[0].len, buffer.segments[0].flags);
    check(popped, "the device takes what was made available");
    if (!popped) return false;
    check(got.id == buffer.id, "buffers are taken in the order in which they were made available");
    check(is_same(buffer.segments[0], {.data = got.data, .len = got.len, .writable = buffer.segments[0].flags != 0}),
          "the first segment is the one that was offered");
    check(got.rest.size() + 1 == buffer.segments.size(), "a chain is as long as it was made");
    for (std::size_t i = 0; i < got.rest.size() && failure_ == nullptr; ++i) {
      check(is_same(buffer.segments[i + 1], got.rest[i]), "the further segments are those that were offered");
    }
    held_.push_back(std::move(buffer));
    return true;
  }
  bool is_same(const Segment& offered, const DeviceSegment& got) const {
    return got.data == queue_.heap().at(offered.addr) && got.len == offered.len &&
           got.writable == (offered.flags == descriptor_flag_write);
  }

  bool push() {
    if (held_.empty() || is_unasked_max(to_driver_)) return false;
    const bool in_order = shape_.features.has(Feature::in_order);
    const auto at = held_.begin() + (in_order ? 0 : below(random_, held_.size()));
    Buffer buffer = std::move(*at);
    held_.erase(at);
    const bool whole = below(random_, 2) == 0;
    buffer.used_len = whole ? buffer.writable_bytes : below(random_, buffer.writable_bytes + std::uint64_t{1});
    device_.push_used(buffer.id, buffer.used_len);
    to_driver_.notification.passed(buffer.units);
    to_driver_.unpublished.push_back(std::move(buffer));
    return true;
  }

  bool reclaim() {
    disarm(driver_, to_driver_);
    check(driver_.has_used() == !to_driver_.published.empty(), "the driver sees what was used");
    UsedBuffer got;
    const bool reclaimed = driver_.reclaim(got);
    check(reclaimed == !to_driver_.published.empty(), "the driver takes back what was used, and nothing else");
    if (!reclaimed || failure_ != nullptr) return false;
    const Buffer buffer = to_driver_.take();
    check(got.id == buffer.id, "buffers come back in the order in which they were used");
    check(got.len == buffer.used_len, "the used length is what the device wrote");
    in_flight_.erase(got.id);
    ++reclaimed_count_;
    return true;
  }

  void publish_driver() {
    driver_.publish();
    to_device_.publish();
    if (!is_asked_later(to_device_)) check_answer(to_device_, driver_.device_wants_kick());
  }
  void publish_device() {
    device_.publish();
    to_driver_.publish();
    if (!is_asked_later(to_driver_)) check_answer(to_driver_, device_.driver_wants_interrupt());
  }
  void check_answer(Side& side, bool wants) {
    const std::optional<bool> expected = side.notification.expected();
    check(!expected || !*expected || wants, "a half that was armed is notified");
    check(!expected || *expected || !wants, "a half is notified only of what it asked for");
  }
  // Several batches may share one question, but it is asked before a whole queue has been passed (event_index.hpp).
  bool is_asked_later(const Side& side) { return below(random_, 4) == 0 && !is_unasked_max(side); }
  bool is_unasked_max(const Side& side) const { return side.notification.unasked_count() >= shape_.buffer_count(); }

  template <class Half>
  void arm(Half& half, Side& side) {
    if (reclaimed_count_ >= arms_until_) return;
    const std::uint32_t threshold = 1 + below(random_, shape_.buffer_count());
    const bool pending = side.published.size() >= threshold;
    const std::uint32_t units = (threshold - 1) * (is_packed ? shape_.descriptors_per_buffer() : 1);
    side.notification.armed(side.units_taken + units);
    check((half.arm(threshold) == ArmOutcome::work_pending) == pending,
          "arming tells whether the threshold is reached");
  }
  void arm_driver() { arm(driver_, to_driver_); }
  void arm_device() { arm(device_, to_device_); }

  // As the loops do: before a half goes on taking, it disarms.
  template <class Half>
  void disarm(Half& half, Side& side) {
    if (!side.notification.is_armed()) return;
    half.disarm();
    side.notification.disarmed();
  }

  void disarm_driver() { disarm(driver_, to_driver_); }
  void disarm_device() { disarm(device_, to_device_); }

  // In any state whatever, and the halves know nothing of what was before.
  void reset() {
    queue_.reset();
    driver_ = queue_.make_driver();
    device_ = queue_.make_device();
    to_device_ = new_side();
    to_driver_ = new_side();
    held_.clear();
    in_flight_.clear();
  }
  Side new_side() const {
    const bool event_idx = shape_.features.has(Feature::event_idx);
    return {.unpublished = {}, .published = {}, .notification = Notification(event_idx, event_idx && !is_packed)};
  }

  struct Step {
    const char* name;
    void (Schedule::*run)();
  };
  static constexpr std::array<Step, 10> steps{{{"add", &Schedule::some<&Schedule::add>},
                                               {"publish_driver", &Schedule::publish_driver},
                                               {"pop", &Schedule::some<&Schedule::pop>},
                                               {"push", &Schedule::some<&Schedule::push>},
                                               {"publish_device", &Schedule::publish_device},
                                               {"reclaim", &Schedule::some<&Schedule::reclaim>},
                                               {"arm_driver", &Schedule::arm_driver},
                                               {"arm_device", &Schedule::arm_device},
                                               {"disarm_driver", &Schedule::disarm_driver},
                                               {"disarm_device", &Schedule::disarm_device}}};

  QueueShape shape_;
  std::uint32_t seed_;
  std::mt19937 random_{seed_};
  test::HeapQueue<Layout> queue_;
  typename Layout::Driver driver_;
  typename Layout::Device device_;
  Side to_device_ = new_side();
  Side to_driver_ = new_side();
  std::deque<Buffer> held_;            // by the device
  std::set<std::uint16_t> in_flight_;  // ids
  std::uint64_t reclaimed_count_ = 0;
  std::uint64_t arms_until_ = 0;
  std::array<const char*, 40> last_steps_{};
  std::size_t step_count_ = 0;
  const char* failure_ = nullptr;
};

/// By the bits of the parameter: EVENT_IDX, INDIRECT, IN_ORDER.
class RingProperty : public testing::TestWithParam<std::uint32_t> {
 protected:
  template <class Layout>
  void run(const std::vector<std::uint32_t>& queue_sizes, std::uint64_t reclaimed_max, std::uint32_t one_reset_in) {
    constexpr std::array all{Feature::event_idx, Feature::indirect_desc, Feature::in_order};
    std::mt19937 random(GetParam());
    for (const std::uint32_t queue_size : queue_sizes) {
      QueueShape shape{.queue_size = queue_size, .features = {}, .chain = 1 + below(random, std::min(queue_size, 6U))};
      for (std::size_t i = 0; i < all.size(); ++i) {
        if ((GetParam() >> i & 1) != 0) shape.features = shape.features.with(all[i]);
      }
      Schedule<Layout>(shape, below(random, 1'000'000)).run(reclaimed_max, one_reset_in);
    }
  }
};
INSTANTIATE_TEST_SUITE_P(Features, RingProperty, testing::Range(0U, 8U));

// Some more than one lap of a 16-bit index with arming, and one without.
TEST_P(RingProperty, Split_while_indices_wrap) { run<SplitLayout>({2, 8}, 140'000, 0); }
TEST_P(RingProperty, Split) { run<SplitLayout>({1, 2, 4, 8, 16, 64, 256, 2048}, 5'000, 0); }
TEST_P(RingProperty, Split_with_resets) { run<SplitLayout>({1, 2, 4, 8, 16, 64, 256}, 5'000, 50); }
TEST_P(RingProperty, Packed) { run<PackedLayout>({1, 2, 3, 4, 5, 7, 9, 100, 255, 2000}, 10'000, 0); }
TEST_P(RingProperty, Packed_with_resets) { run<PackedLayout>({1, 2, 3, 4, 5, 7, 9, 100, 255}, 5'000, 50); }

}  // namespace
}  // namespace kickbench

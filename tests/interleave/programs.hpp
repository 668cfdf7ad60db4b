// The programs under test: the real hot loops, the real wait strategy and the real ports of a ring. Only the pace, the
// channels and the memory are ours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>

#include "consumer/consumer.hpp"
#include "consumer/latencies.hpp"
#include "notify/notifier.hpp"
#include "notify/pace.hpp"
#include "notify/peer.hpp"
#include "notify/side.hpp"
#include "notify/wait/block.hpp"
#include "producer/producer.hpp"
#include "ring/atomic.hpp"
#include "ring/item.hpp"
#include "ring/port.hpp"
#include "tests/interleave/arena.hpp"
#include "tests/interleave/explorer.hpp"
#include "tests/interleave/machine.hpp"
#include "tests/ring/rings.hpp"

namespace kickbench::interleave {

/// A notifier as its contract has it: a signal ends one wait, now or later.
class ModelledChannel final : public Channel {
 public:
  explicit ModelledChannel(Side woken) : woken_(woken) {}
  void signal() noexcept override { machine().signal(woken_, {__FILE__, __LINE__}); }
  void wait() noexcept override { machine().wait({__FILE__, __LINE__}); }
  int share() override { throw std::logic_error("a modelled channel stays in its process"); }

 private:
  Side woken_;
};

/// No work and no clock. The stream's marks are due so that its last item is number `item_count`. The first item has no
/// mark, and begin, end and last come on three items: 4 is the least.
class CountedPace {
 public:
  static constexpr bool reads_clock = false;

  explicit CountedPace(int item_count) : plain_items_left_(item_count - 3) {}

  TickTime begin_item() noexcept { return {}; }
  void end_item() noexcept { --plain_items_left_; }
  TickTime now() const noexcept {
    return plain_items_left_ > 0 ? TickTime{} : TickTime{std::numeric_limits<std::int64_t>::max()};
  }
  TickTime known_now() const noexcept { return {}; }
  TickTime end_of_stamped_item() const noexcept { return {}; }
  void restart(TickTime) noexcept {}
  void exclude(TickSpan) noexcept {}
  TickTime pause() noexcept { return {}; }
  PaceCounters counters() const noexcept { return {}; }

 private:
  int plain_items_left_;
};

/// A port as the loops see it, and two additions. The loops write and read an item plainly, before and after the
/// ordered access to its index; here it goes through the store buffer like every other word, so a slot that is reused
/// or read too early shows. And each time that a loop tries for a slot, all that its thread holds is in the port and in
/// how many items have passed: what else it remembers was left in a record that it does not read.
template <class Port>
class Observed : public Port {
 public:
  using Port::Port;

  /// `owned`: what the port allocated. `item_count`: where to count the items that pass.
  void attach(std::span<const std::byte> owned, std::uint64_t& item_count) {
    owned_ = owned;
    item_count_ = &item_count;
  }

  Item* acquire() noexcept requires ProducerPort<Port> {
    settle(At::try_for_slot);
    slot_ = Port::acquire();
    return slot_ == nullptr ? nullptr : &item_;
  }
  void commit() noexcept requires ProducerPort<Port> {
    store_relaxed(slot_->tag, item_.tag);
    ++*item_count_;
    Port::commit();
  }
  const Item* take() noexcept requires ConsumerPort<Port> {
    settle(At::try_for_slot);
    const Item* slot = Port::take();
    if (slot == nullptr) return nullptr;
    item_.tag = load_relaxed(slot->tag);
    ++*item_count_;
    return &item_;
  }
  bool ready() noexcept {
    settle(At::look);
    return Port::ready();
  }
  ArmOutcome arm(std::uint32_t threshold) noexcept {
    settle(At::arm);
    return Port::arm(threshold);
  }

 private:
  enum class At : std::uint64_t { try_for_slot, look, arm };

  void settle(At place) const noexcept {
    const auto* port = reinterpret_cast<const std::byte*>(static_cast<const Port*>(this));
    std::uint64_t digest = mix(static_cast<std::uint64_t>(place), *item_count_);
    for (const std::span<const std::byte> memory : {std::span(port, sizeof(Port)), owned_}) {
      digest =
          mix(digest, std::hash<std::string_view>()({reinterpret_cast<const char*>(memory.data()), memory.size()}));
    }
    machine().settle(digest);
  }

  std::span<const std::byte> owned_;
  std::uint64_t* item_count_ = nullptr;
  Item item_;
  Item* slot_ = nullptr;
};

struct Sizes {
  std::uint32_t queue_size;
  std::uint32_t for_consumer;  ///< filled slots at which a waiting consumer is notified
  std::uint32_t for_producer;  ///< free slots at which a waiting producer is notified
  int item_count;              ///< length of the stream, at least 4
};

/// A ring with its own ports, as the loops have them.
template <class RingType>
struct Real {
  using Ring = RingType;
  using Producer = typename Ring::Producer;
  using Consumer = typename Ring::Consumer;
};

template <class Setup>
class Stream final : public Program, private MarkListener {
 public:
  explicit Stream(const Sizes& sizes) : sizes_(sizes), owned_(Setup::Ring::shape(sizes.queue_size)) {}

  void begin() override {
    {
      const Arena arena;
      producer_.emplace(owned_.queue);
      const std::size_t producer_bytes = Arena::taken().size();
      consumer_.emplace(owned_.queue);
      produced_ = consumed_ = 0;
      producer_->attach(Arena::taken().first(producer_bytes), produced_);
      consumer_->attach(Arena::taken().subspan(producer_bytes), consumed_);
    }
    producer_record_->clear();
    consumer_record_->clear();
    stop_.clear();
  }

  void producer() override {
    Peer<Channel> peer(kick_, kick_count_, {}, *producer_record_);
    BlockWait wait(interrupt_, interrupt_count_, sizes_.for_producer, {}, stop_, *producer_record_);
    CountedPace pace(sizes_.item_count);
    producer_end_ = produce(*producer_, pace, wait, peer, StreamPlan{}, 1, *this, stop_, *producer_record_);
  }
  void consumer() override {
    Peer<Channel> peer(interrupt_, interrupt_count_, {}, *consumer_record_);
    BlockWait wait(kick_, kick_count_, sizes_.for_consumer, {}, stop_, *consumer_record_);
    CountedPace pace(sizes_.item_count);
    consumer_end_ = consume(*consumer_, pace, wait, peer, 1, *this, *latencies_, stop_, *consumer_record_);
  }
  void stop() override { stop_.request(); }

  std::string complaint() const override {
    const std::uint64_t filled_count = produced_ - consumed_;
    const bool consumer_waits = !machine().ended(Side::consumer);
    const bool producer_waits = !machine().ended(Side::producer);
    if (consumer_waits && filled_count >= sizes_.for_consumer) return "the consumer is not woken";
    if (producer_waits && sizes_.queue_size - filled_count >= sizes_.for_producer) return "the producer is not woken";
    if (consumer_waits || producer_waits) return "nobody will ever notify a side that waits";
    for (const LoopEnd end : {producer_end_, consumer_end_}) {
      if (end == LoopEnd::ring_fault) return "a side refuses what its peer wrote";
      if (end == LoopEnd::out_of_order) return "an item is lost, duplicated or reordered";
    }
    return produced_ == consumed_ ? "" : "an item is lost";
  }

 private:
  void on_mark(Mark, std::uint64_t, const PaceCounters&) noexcept override {}

  Sizes sizes_;
  test::Owned<typename Setup::Ring::Queue> owned_;
  std::optional<Observed<typename Setup::Producer>> producer_;
  std::optional<Observed<typename Setup::Consumer>> consumer_;
  ModelledChannel kick_{Side::consumer};
  ModelledChannel interrupt_{Side::producer};
  std::uint64_t produced_ = 0;
  std::uint64_t consumed_ = 0;
  SignalCount kick_count_;
  SignalCount interrupt_count_;
  StopFlag stop_;
  LoopEnd producer_end_ = LoopEnd::stopped;
  LoopEnd consumer_end_ = LoopEnd::stopped;
  std::unique_ptr<SideRecord> producer_record_ = std::make_unique<SideRecord>();
  std::unique_ptr<SideRecord> consumer_record_ = std::make_unique<SideRecord>();
  std::unique_ptr<Latencies> latencies_ = std::make_unique<Latencies>();
};

}  // namespace kickbench::interleave

// Producer and consumer on two threads over a real ring and real channels: what the loops' tests set up and observe.
#pragma once

#include <sched.h>

#include <chrono>
#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "consumer/consumer.hpp"
#include "notify/notifier.hpp"
#include "notify/wait/waits.hpp"
#include "producer/producer.hpp"
#include "ring/null.hpp"
#include "ring/spsc.hpp"
#include "ring/tx.hpp"
#include "tests/loops/counting_ports.hpp"
#include "tests/loops/ticks.hpp"
#include "tests/notify/watchdog.hpp"
#include "tests/ring/rings.hpp"

namespace kickbench::test {

/// A ring whose ports count what passes.
template <class RingType>
struct Counting {
  using Queue = typename RingType::Queue;
  using Producer = CountingProducer<typename RingType::Producer>;
  using Consumer = CountingConsumer<typename RingType::Consumer>;
  static QueueShape shape(std::uint32_t slot_count) { return RingType::shape(slot_count); }
};
struct NullKind {
  using Queue = NullQueue;
  using Producer = NullProducer;
  using Consumer = NullConsumer;
  static QueueShape shape(std::uint32_t) { return {}; }
};
using SplitTxRing = Counting<SplitTx>;
using SpscRing = Counting<Spsc>;
using NullRing = Counting<NullKind>;

struct SideSetup {
  WaitKind wait = WaitKind::block;
  std::uint32_t threshold = 1;       ///< of slots, at which this side wants to be notified
  std::chrono::nanoseconds work{0};  ///< 0: as fast as the ring goes
};

struct Setup {
  std::uint32_t queue_size = 256;
  std::uint32_t batch = 1;
  std::string notifier = "futex";
  SideSetup producer = {};
  SideSetup consumer = {};
  std::chrono::nanoseconds sleep = std::chrono::microseconds(20);
  std::chrono::nanoseconds spin = std::chrono::microseconds(5);
  bool apart = false;  ///< each side on a CPU of its own, where there are two
};

/// Binds the calling thread to the `nth` CPU it may use. The scheduler likes to put a woken thread beside its waker,
/// and then the two never run at the same time.
inline void bind_to_cpu(int nth) {
  cpu_set_t allowed;
  if (sched_getaffinity(0, sizeof allowed, &allowed) != 0 || CPU_COUNT(&allowed) < 2) return;
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (!CPU_ISSET(cpu, &allowed) || nth-- > 0) continue;
    cpu_set_t one;
    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    sched_setaffinity(0, sizeof one, &one);
    return;
  }
}

struct SeenMark {
  Mark mark;
  std::uint64_t sequence;
  friend bool operator==(const SeenMark&, const SeenMark&) = default;
};

class MarkLog final : public MarkListener {
 public:
  MarkLog() { seen_.reserve(16); }
  void on_mark(Mark mark, std::uint64_t sequence, const PaceCounters&) noexcept override {
    seen_.push_back({mark, sequence});
  }
  const std::vector<SeenMark>& seen() const noexcept { return seen_; }

 private:
  std::vector<SeenMark> seen_;
};

/// How one side's stream went.
struct SideRun {
  LoopEnd end = LoopEnd::stopped;
  std::uint64_t items = 0;      ///< counted by the port
  std::uint64_t questions = 0;  ///< whether the peer wants to be notified; counted by the port
  std::vector<SeenMark> marks;
  std::uint64_t stamped_items = 0;  ///< consumer only: own latencies recorded
  std::uint64_t stamped_pairs = 0;  ///< consumer only: service latencies recorded
};

struct StreamRun {
  SideRun producer;
  SideRun consumer;
  bool hung = false;  ///< the watchdog had to stop it: a wake-up was lost, or nobody sent one
};

inline StreamPlan short_stream() {
  return {.warm_up = ticks(std::chrono::microseconds(300)), .measured = ticks(std::chrono::milliseconds(1))};
}
inline StreamPlan endless_stream() { return {.warm_up = ticks(std::chrono::hours(1)), .measured = {}}; }

/// The queue, both ports and both channels. Streams run one after the other over the same ring, as in a measurement.
template <class Ring>
class Rig {
 public:
  explicit Rig(const Setup& setup)
      : setup_(setup),
        owned_(Ring::shape(setup.queue_size)),
        kick_(find_notifier(setup.notifier)->make()),
        interrupt_(find_notifier(setup.notifier)->make()) {}

  const typename Ring::Queue& queue() const { return owned_.queue; }
  const SideRecord& producer_record() const { return producer_own_; }
  const SideRecord& consumer_record() const { return consumer_own_; }

  /// Ends both loops, whatever they are doing, as whoever runs them must do it.
  void stop() {
    stop_.request();
    wake_producer();
    wake_consumer();
  }
  void clear_stop() { stop_.clear(); }
  void wake_producer() {
    if (interrupt_) interrupt_->signal();
  }
  void wake_consumer() {
    if (kick_) kick_->signal();
  }

  std::future<SideRun> start_producer(const StreamPlan& plan) {
    return std::async(std::launch::async, [this, plan] { return run_producer(plan); });
  }
  std::future<SideRun> start_consumer() {
    return std::async(std::launch::async, [this] { return run_consumer(); });
  }

  /// One stream on two threads. A stream that hangs is stopped and says so.
  StreamRun run(const StreamPlan& plan, std::chrono::seconds limit = std::chrono::seconds(60)) {
    const Watchdog watchdog(limit, [this] { stop(); });
    std::future<SideRun> consumer = start_consumer();
    StreamRun result;
    result.producer = start_producer(plan).get();
    result.consumer = consumer.get();
    result.hung = watchdog.fired();
    return result;
  }

 private:
  using AnyPace = std::variant<FreePace, DeadlinePace>;
  using AnyPeer = std::variant<Peer<NoNotifier>, Peer<Channel>>;

  static AnyPace make_pace(const SideSetup& side) {
    if (side.work.count() == 0) return FreePace();
    return DeadlinePace(ticks(side.work), ticks(std::chrono::microseconds(100)));
  }
  AnyPeer make_peer(const std::unique_ptr<Channel>& channel, SignalCount& count, SideRecord& own) {
    if (channel) return Peer<Channel>(*channel, count, {}, own);
    return Peer<NoNotifier>(no_notifier_, count, {}, own);
  }
  AnyWait make_wait(const SideSetup& side, const std::unique_ptr<Channel>& channel, const SignalCount& count,
                    SideRecord& own) {
    const auto block = [&] { return BlockWait(*channel, count, side.threshold, {}, stop_, own); };
    switch (side.wait) {
      case WaitKind::sleep:
        return SleepWait(setup_.sleep, stop_, own);
      case WaitKind::block:
        return block();
      case WaitKind::spin_block:
        return SpinBlockWait(ticks(setup_.spin), block(), stop_, own);
      case WaitKind::poll:
        break;
    }
    return PollWait(stop_, own);
  }

  SideRun run_producer(const StreamPlan& plan) {
    if (setup_.apart) bind_to_cpu(0);
    MarkLog marks;
    AnyPace any_pace = make_pace(setup_.producer);
    AnyWait any_wait = make_wait(setup_.producer, interrupt_, interrupts_, producer_own_);
    AnyPeer any_peer = make_peer(kick_, kicks_, producer_own_);
    const std::uint64_t before = producer_.item_count();
    const std::uint64_t asked_before = producer_.question_count();
    const auto loop = [&](auto& pace, auto& wait, auto& consumer) {
      return produce(producer_, pace, wait, consumer, plan, setup_.batch, marks, stop_, producer_own_);
    };
    const LoopEnd end = std::visit(loop, any_pace, any_wait, any_peer);
    return {.end = end,
            .items = producer_.item_count() - before,
            .questions = producer_.question_count() - asked_before,
            .marks = marks.seen()};
  }

  SideRun run_consumer() {
    if (setup_.apart) bind_to_cpu(1);
    MarkLog marks;
    AnyPace any_pace = make_pace(setup_.consumer);
    AnyWait any_wait = make_wait(setup_.consumer, kick_, kicks_, consumer_own_);
    AnyPeer any_peer = make_peer(interrupt_, interrupts_, consumer_own_);
    const auto latencies = std::make_unique<Latencies>();
    const std::uint64_t before = consumer_.item_count();
    const std::uint64_t asked_before = consumer_.question_count();
    const auto loop = [&](auto& pace, auto& wait, auto& producer) {
      return consume(consumer_, pace, wait, producer, setup_.batch, marks, *latencies, stop_, consumer_own_);
    };
    const LoopEnd end = std::visit(loop, any_pace, any_wait, any_peer);
    return {.end = end,
            .items = consumer_.item_count() - before,
            .questions = consumer_.question_count() - asked_before,
            .marks = marks.seen(),
            .stamped_items = latencies->own().count(),
            .stamped_pairs = latencies->service().count()};
  }

  Setup setup_;
  Owned<typename Ring::Queue> owned_;
  typename Ring::Producer producer_{owned_.queue};
  typename Ring::Consumer consumer_{owned_.queue};
  std::unique_ptr<Channel> kick_;
  std::unique_ptr<Channel> interrupt_;
  NoNotifier no_notifier_;
  SignalCount kicks_;
  SignalCount interrupts_;
  StopFlag stop_;
  SideRecord producer_own_;
  SideRecord consumer_own_;
};

}  // namespace kickbench::test

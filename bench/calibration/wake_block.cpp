#include "bench/calibration/wake_block.hpp"

#include <atomic>
#include <cmath>
#include <memory>

#include "bench/measure/broken_run.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/measure/line_probe.hpp"
#include "model/distribution.hpp"
#include "notify/notifier.hpp"
#include "notify/peer.hpp"
#include "notify/spin_for.hpp"
#include "notify/wait/block.hpp"
#include "ring/shared_memory.hpp"
#include "ring/tx.hpp"

namespace kickbench::bench::calibration {
namespace {

constexpr Nanoseconds warm_up{5e6};
constexpr Nanoseconds measured{45e6};
constexpr Nanoseconds patience{10e9};
constexpr Nanoseconds away_bound{10'000};  ///< two looks at the clock further apart than that: the CPU was away
constexpr Nanoseconds awake{2'000};  ///< what the woken side does before it stops again, and between needless ones
constexpr std::uint64_t needless_count = 48;
constexpr std::uint64_t last_tag = 1;

/// The clock, looked at again and again, and what was missed between two looks.
class Watch {
 public:
  explicit Watch(const host::Clock& clock) : bound_(clock.to_ticks(away_bound)) {}

  void begin() { begin_ = last_ = read_ticks(); }
  TickTime look() {
    const TickTime now = read_ticks();
    if (now - last_ > bound_) away_ += now - last_;
    return last_ = now;
  }
  void end() { watched_ += last_ - begin_; }

  double away_share() const {
    return watched_.count == 0 ? 0 : static_cast<double>(away_.count) / static_cast<double>(watched_.count);
  }

 private:
  TickSpan bound_;
  TickTime begin_;
  TickTime last_;
  TickSpan away_;
  TickSpan watched_;
};

/// Idle times in a row; begun again when all have been used.
class IdleTimes {
 public:
  IdleTimes(const IdleRange& range, const host::Clock& clock, std::uint64_t seed) {
    model::RandomBits random(seed, 0);
    for (TickSpan& span : spans_) {
      span = clock.to_ticks(range.from * std::pow(range.to / range.from, random.unit()));
    }
  }
  TickSpan next() { return spans_[at_++ % spans_.size()]; }

 private:
  std::vector<TickSpan> spans_ = std::vector<TickSpan>(4096);
  std::size_t at_ = 0;
};

/// The consumer's port, and when it had looked for the second time.
class TimedPort {
 public:
  explicit TimedPort(SplitTxConsumer& port) : port_(port) {}

  void begin() noexcept { armed_ = {}; }
  TickTime armed() const noexcept { return armed_; }

  bool ready() noexcept { return port_.ready(); }
  ArmOutcome arm(std::uint32_t threshold) noexcept {
    const ArmOutcome outcome = port_.arm(threshold);
    if (armed_ == TickTime{}) armed_ = read_ticks();
    return outcome;
  }
  void disarm() noexcept { port_.disarm(); }
  bool peer_wants_notification() noexcept { return port_.peer_wants_notification(); }
  RingFault fault() const noexcept { return port_.fault(); }

 private:
  SplitTxConsumer& port_;
  TickTime armed_;
};

/// The two threads of one block.
class BlockRun {
 public:
  BlockRun(const BlockPlan& plan, const host::Clock& clock, std::uint64_t seed)
      : clock_(clock),
        channel_(find_notifier(plan.notifier)->make()),
        memory_(SplitQueue::bytes_needed(QueueShape{})),
        queue_(QueueShape{}, memory_.bytes()),
        producer_(queue_),
        consumer_(queue_),
        idle_times_(plan.idle, clock, seed) {
    // Nothing is allocated while it runs.
    arming_.reserve(2 * SideRecord::capacity);
    made_.reserve(SideRecord::capacity);
  }

  StopFlag& stop() { return stop_; }

  void send() {
    Peer<Channel> peer(*channel_, signals_, {}, sender_);
    const TickTime begin = read_ticks();
    measured_from_ = begin + clock_.to_ticks(warm_up);
    const TickTime end = measured_from_ + clock_.to_ticks(measured);
    TickTime last_stop{};
    for (std::uint64_t sequence = 0;; ++sequence) {
      const TickTime stopped = await_stop(last_stop);
      last_stop = stopped;
      const bool last = stopped > end || sender_.signals.count() + needless_count >= SideRecord::capacity;
      Item* const item = producer_.acquire();
      item->tag = last ? last_tag : 0;
      producer_.commit();
      const TickTime due = stopped + idle_times_.next();
      TickTime made;
      watch_.begin();
      while ((made = watch_.look()) < due) {
      }
      watch_.end();
      producer_.publish();
      if (producer_.peer_wants_notification()) {
        made_.push_back(made);
        peer.signal(sequence, {});
      }
      if (last) break;
    }
    await_other<std::uint32_t>(waiter_runs_, 0);
    waking_calls_ = calls_since({}, sender_.signals.count());
    for (std::uint64_t i = 0; i < needless_count; ++i) {
      spin_for(clock_.to_ticks(awake));
      peer.signal(i, {});
    }
    sender_done_.store(1, std::memory_order_release);
    if (channel_->error() != 0) give_up(false);
  }

  /// Ends early when the stop flag is set: why is the sender's to say.
  void wait() {
    BlockWait wait(*channel_, signals_, 1, {}, stop_, waiter_);
    TimedPort port(consumer_);
    for (;;) {
      const Item* const item = consumer_.take();
      if (item == nullptr) {
        const TickTime stopped = read_ticks();
        stopped_.store(stopped.count, std::memory_order_release);
        port.begin();
        if (!wait.until_ready(port)) return stop_.request();
        arming_.push_back(port.armed() - stopped);
        continue;
      }
      const bool last = item->tag == last_tag;
      consumer_.release();
      consumer_.publish();
      if (last) break;
      spin_for(clock_.to_ticks(awake));
    }
    waiter_runs_.store(1, std::memory_order_release);
    while (sender_done_.load(std::memory_order_acquire) == 0 && !stop_.requested()) {
    }
  }

  /// The waiter's counter is ahead of the sender's by so much.
  void add_to(WakeBlock& block, TickSpan waiter_ahead) const {
    for (std::size_t i = 0; i < waiter_.waits.count(); ++i) {
      const WaitRecord& wait = waiter_.waits[i];
      if (wait.signal == 0 || wait.signal > sender_.signals.count()) continue;
      const SignalRecord& signal = sender_.signals[wait.signal - 1];
      if (signal.begin < measured_from_) continue;
      block.wakes.push_back({.idle = clock_.to_ns(signal.begin - wait.begin + waiter_ahead),
                             .wake = {.notify = clock_.to_ns(signal.end - signal.begin),
                                      .startup = clock_.to_ns(wait.look - signal.end - waiter_ahead)}});
    }
    const std::size_t count = sender_.signals.count();
    for (std::size_t i = count - needless_count; i < count; ++i) {
      block.needless.push_back(clock_.to_ns(sender_.signals[i].end - sender_.signals[i].begin));
    }
    for (const TickSpan span : arming_) block.arming.push_back(clock_.to_ns(span));
    for (std::size_t i = 0; i < made_.size(); ++i) {
      block.asking.push_back(clock_.to_ns(sender_.signals[i].begin - made_[i]));
    }
    block.waking_calls = waking_calls_;
    block.needless_calls = calls_since(waking_calls_, needless_count);
    block.away_share = watch_.away_share();
  }

 private:
  CallTally calls_since(const CallTally& before, std::uint64_t notifications) const {
    const SystemCalls calls = channel_->system_calls();
    return {.notifications = notifications,
            .sender = calls.signals - calls_when_made_.signals - before.sender,
            .waiter = calls.waits - calls_when_made_.waits - before.waiter};
  }

  [[noreturn]] void give_up(bool late) {
    stop_.request();
    channel_->signal();
    if (const int error = channel_->error()) {
      throw measure::BrokenRun("a notifier is broken: " + describe_channel_error(error));
    }
    if (late) throw measure::BrokenRun("a notification was lost: the waiting side did not wake for 10 s");
    throw measure::Cancelled();
  }

  /// What the other thread wrote in place of what was known.
  template <class Value>
  Value await_other(const std::atomic<Value>& word, Value known) {
    const TickTime deadline = read_ticks() + clock_.to_ticks(patience);
    watch_.begin();
    for (;;) {
      const Value value = word.load(std::memory_order_acquire);
      if (value != known) {
        watch_.end();
        return value;
      }
      const bool late = watch_.look() > deadline;
      if (late || measure::cancel_requested() || stop_.requested()) give_up(late);
    }
  }

  /// When the waiter stopped for the next time.
  TickTime await_stop(TickTime last) { return {await_other(stopped_, last.count)}; }

  const host::Clock& clock_;
  std::unique_ptr<Channel> channel_;
  SystemCalls calls_when_made_ = channel_->system_calls();
  CallTally waking_calls_;
  SharedMemory memory_;
  SplitQueue queue_;
  SplitTxProducer producer_;
  SplitTxConsumer consumer_;
  IdleTimes idle_times_;
  Watch watch_{clock_};
  StopFlag stop_;
  SignalCount signals_;
  SideRecord sender_;
  SideRecord waiter_;
  TickTime measured_from_;
  std::vector<TickTime> made_;  ///< the items that were followed by a notification, by its number
  std::vector<TickSpan> arming_;
  alignas(line_pair_bytes) std::atomic<std::int64_t> stopped_{0};  ///< when the waiter began to wait, in ticks
  alignas(line_pair_bytes) std::atomic<std::uint32_t> waiter_runs_{0};
  alignas(line_pair_bytes) std::atomic<std::uint32_t> sender_done_{0};
};

}  // namespace

std::string_view name_of(Notification notification) {
  return notification == Notification::to_consumer ? "to_consumer" : "to_producer";
}

WakeBlock measure_wake_block(const BlockPlan& plan, PinnedPair& threads, const host::Placement& placement,
                             const host::Clock& clock, std::uint64_t seed) {
  const auto run = std::make_unique<BlockRun>(plan, clock, seed);
  measure::LineProbe probe;
  std::optional<measure::LineReading> before;
  std::optional<measure::LineReading> after;
  const bool one_cpu = placement.producer_cpu == placement.consumer_cpu;
  const auto sender = [&] {
    if (!one_cpu) before = probe.ping(run->stop());
    run->send();
    if (!one_cpu) after = probe.ping(run->stop());
  };
  const auto waiter = [&] {
    if (!one_cpu) probe.pong(run->stop());
    run->wait();
    if (!one_cpu) probe.pong(run->stop());
  };
  if (plan.notification == Notification::to_consumer) {
    threads.run(run->stop(), sender, waiter);
  } else {
    threads.run(run->stop(), waiter, sender);
  }
  const auto one_way = [&](const std::optional<measure::LineReading>& reading) {
    return reading ? std::optional(clock.to_ns(reading->one_way)) : std::nullopt;
  };
  WakeBlock block{.plan = plan,
                  .line_class = measure::class_between(one_way(before), one_way(after)),
                  .wakes = {},
                  .needless = {},
                  .arming = {},
                  .asking = {}};
  run->add_to(block, before ? before->offset.correction() : TickSpan{});
  return block;
}

}  // namespace kickbench::bench::calibration

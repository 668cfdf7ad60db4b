#include "bench/calibration/wake_cost.hpp"

#include <array>
#include <atomic>

#include "bench/calibration/pinned_pair.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/measure/line_probe.hpp"
#include "bench/measure/session.hpp"
#include "notify/notifier.hpp"
#include "notify/spin_for.hpp"

namespace kickbench::bench::calibration {
namespace {

constexpr std::array ladder{Nanoseconds(500),     Nanoseconds(1'000),   Nanoseconds(2'000),    Nanoseconds(5'000),
                            Nanoseconds(10'000),  Nanoseconds(20'000),  Nanoseconds(50'000),   Nanoseconds(100'000),
                            Nanoseconds(200'000), Nanoseconds(500'000), Nanoseconds(1'000'000)};
constexpr std::size_t rungs = ladder.size() + 1;  // the last: nobody waits
constexpr int sweeps_per_block = 15;
constexpr Nanoseconds patience{10e9};

struct Sample {
  Nanoseconds notify;
  std::optional<Nanoseconds> startup;
};
using Block = std::array<std::vector<Sample>, rungs>;

/// The two threads of one block, meeting round by round. The round number goes up by one at each step:
/// 2r+1: the waiter is about to wait for round r (or, on the last rung, is running); 2r+2: it has looked.
class WakeRounds {
 public:
  WakeRounds(Channel& channel, const host::Clock& clock) : channel_(channel), clock_(clock) {}

  StopFlag& stop() { return stop_; }
  /// The waiter's counter is ahead of the sender's by so much. For the sender to tell.
  void use_waiter_ahead_by(TickSpan ahead) { waiter_ahead_ = ahead; }

  void send(Block& block) {
    for (std::uint64_t round = 0; round < sweeps_per_block * rungs; ++round) {
      const std::size_t rung = round % rungs;
      await(2 * round + 1);
      const bool blocked = rung < ladder.size();
      spin_for(clock_.to_ticks(blocked ? ladder[rung] : ladder[0]));
      if (blocked) sent_.store(round + 1, std::memory_order_release);
      const TickTime begin = read_ticks();
      channel_.signal();
      const TickTime end = read_ticks();
      if (!blocked) sent_.store(round + 1, std::memory_order_release);
      await(2 * round + 2);
      Sample sample{.notify = clock_.to_ns(end - begin), .startup = {}};
      if (blocked) sample.startup = clock_.to_ns(look_ - end - waiter_ahead_);
      block[rung].push_back(sample);
    }
  }

  /// Ends early when the stop flag is set: why is the sender's to say.
  void wait() {
    for (std::uint64_t round = 0; round < sweeps_per_block * rungs; ++round) {
      step_.store(2 * round + 1, std::memory_order_release);
      const bool blocks = round % rungs < ladder.size();
      while (!blocks && sent_.load(std::memory_order_acquire) != round + 1) {
        if (stop_.requested()) return;
      }
      TickTime look;
      do {  // a wait may return early; the signal for this round has been announced
        channel_.wait();
        look = read_ticks();
        if (stop_.requested()) return;
      } while (sent_.load(std::memory_order_acquire) != round + 1);
      look_ = look;  // only now: the sender has read that of the round before
      step_.store(2 * round + 2, std::memory_order_release);
    }
  }

 private:
  [[noreturn]] void give_up(bool late) {
    stop_.request();
    channel_.signal();
    if (late) throw measure::BrokenRun("a notification was lost: the waiting side did not wake for 10 s");
    throw measure::Cancelled();
  }

  void await(std::uint64_t step) {
    const TickTime deadline = read_ticks() + clock_.to_ticks(patience);
    while (step_.load(std::memory_order_acquire) < step) {
      const bool late = read_ticks() > deadline;
      if (!late && !measure::cancel_requested()) continue;
      give_up(late);
    }
  }

  Channel& channel_;
  const host::Clock& clock_;
  StopFlag stop_;
  alignas(line_pair_bytes) std::atomic<std::uint64_t> step_{0};
  TickTime look_{};  // of the waiter, handed over by step_
  TickSpan waiter_ahead_{};
  alignas(line_pair_bytes) std::atomic<std::uint64_t> sent_{0};
};

}  // namespace

std::string_view name_of(Notification notification) {
  return notification == Notification::to_consumer ? "to_consumer" : "to_producer";
}

std::span<const Nanoseconds> idle_ladder() { return ladder; }

std::vector<WakeCost> measure_wake_cost(const std::string& notifier, Notification notification,
                                        const host::Placement& placement, const host::Clock& clock, int blocks) {
  std::map<std::pair<std::size_t, std::optional<measure::LineClass>>, std::vector<Sample>> samples;
  for (int i = 0; i < blocks; ++i) {
    const std::unique_ptr<Channel> channel = find_notifier(notifier)->make();
    WakeRounds rounds(*channel, clock);
    measure::LineProbe probe;
    Block block;
    measure::Slice bracket;
    const bool one_cpu = placement.producer_cpu == placement.consumer_cpu;
    const auto ping = [&](std::optional<Nanoseconds>& line) {
      const auto reading = one_cpu ? std::nullopt : probe.ping(rounds.stop());
      if (!reading) return;
      line = clock.to_ns(reading->one_way);
      rounds.use_waiter_ahead_by(reading->offset.correction());
    };
    const auto sender = [&] {
      ping(bracket.line_before);
      rounds.send(block);
      ping(bracket.line_after);
    };
    const auto waiter = [&] {
      if (!one_cpu) probe.pong(rounds.stop());
      rounds.wait();
      if (!one_cpu) probe.pong(rounds.stop());
    };
    if (notification == Notification::to_consumer) {
      run_pinned_pair(placement, rounds.stop(), sender, waiter);
    } else {
      run_pinned_pair(placement, rounds.stop(), waiter, sender);
    }
    for (std::size_t rung = 0; rung < rungs; ++rung) {
      auto& all = samples[{rung, measure::class_of(bracket)}];
      all.insert(all.end(), block[rung].begin(), block[rung].end());
    }
  }
  std::vector<WakeCost> costs;
  for (const auto& [key, list] : samples) {
    std::vector<Nanoseconds> notify, startup;
    for (const Sample& sample : list) {
      notify.push_back(sample.notify);
      if (sample.startup) startup.push_back(*sample.startup);
    }
    costs.push_back(
        {.notifier = notifier,
         .notification = notification,
         .idle = key.first < ladder.size() ? std::optional(ladder[key.first]) : std::nullopt,
         .line_class = key.second,
         .notify = *stats::spread_of(notify),
         .startup = stats::spread_of(startup),
         .notify_histogram = model::histogram_of(notify),
         .startup_histogram = startup.empty() ? std::nullopt : std::optional(model::histogram_of(startup))});
  }
  return costs;
}

}  // namespace kickbench::bench::calibration

#include "bench/measure/session.hpp"

#include <poll.h>

#include <array>
#include <string>

#include "bench/host/package_energy.hpp"
#include "bench/measure/cancel.hpp"
#include "bench/measure/digest.hpp"
#include "bench/measure/link.hpp"
#include "bench/measure/process/process_side.hpp"
#include "bench/measure/soundness.hpp"
#include "bench/measure/thread_side.hpp"

namespace kickbench::bench::measure {
namespace {

/// No slice of a working queue takes this much longer than planned.
constexpr Nanoseconds patience{10e9};

/// Nothing that a side does for an item, or when it is woken, takes as long: a second at most for each cost.
constexpr Nanoseconds grace{5e9};

/// The longest that a queue of this scenario can take to drain.
Nanoseconds drain_time(const scenario::Scenario& scenario) {
  const auto& [p, c] = std::pair(scenario.producer, scenario.consumer);
  return (p.work + c.work + p.sleep + c.sleep + p.extra_notify + c.extra_notify + p.extra_startup + c.extra_startup) *
         (scenario::slot_count(scenario) + 2.0);
}

RecordedSide recorded(const SideReport& side) { return {side.record, side.window}; }

void check_end(const SideReport& side) {
  if (side.end == LoopEnd::out_of_order) throw BrokenRun("an item was lost, duplicated or reordered");
  if (side.end == LoopEnd::ring_fault) {
    throw BrokenRun("the ring is broken: " + std::string(describe(side.fault)));
  }
}

}  // namespace

class Session::Impl {
 public:
  Impl(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock)
      : scenario_(scenario), placement_(placement), clock_(clock), link_(scenario_) {
    const bool one_cpu = placement.producer_cpu == placement.consumer_cpu;
    const OwnCpu producer{.number = placement.producer_cpu, .shared = one_cpu};
    const OwnCpu consumer{.number = placement.consumer_cpu, .shared = one_cpu};
    if (scenario_.processes) {
      consumer_.host = std::make_unique<ProcessSide>(scenario_, placement, clock, link_);
    } else {
      consumer_.host =
          std::make_unique<ThreadSide>(make_consumer_side(scenario_, consumer, clock, link_), consumer.number);
    }
    producer_.host =
        std::make_unique<ThreadSide>(make_producer_side(scenario_, producer, clock, link_), producer.number);
  }

  ~Impl() { link_.release_both(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  Slice run(const SlicePlan& plan) {
    link_.control().begin_slice({.warm_up = clock_.to_ticks(plan.warm_up),
                                 .measured = clock_.to_ticks(plan.measured),
                                 .cool_down = clock_.to_ticks(plan.cool_down),
                                 .edge_patience = clock_.to_ticks(plan.edge_patience)});
    const host::PackageCounters counters_before = host::read_package_counters();
    const TickTime begin = read_ticks();
    // The side that answers the line probe first: it may have the longer way.
    consumer_.begin();
    producer_.begin();
    await(clock_.to_ticks(plan.warm_up + plan.measured + plan.cool_down + 2 * plan.edge_patience +
                          drain_time(scenario_) + patience));
    const TickTime end = read_ticks();
    const host::PackageCounters counters_after = host::read_package_counters();
    check_ends();
    Slice slice = digest();
    slice.energy = {.joules = host::joules_between(counters_before, counters_after), .span = end - begin};
    return slice;
  }

  QueueAddresses queue_addresses() const {
    return {.producer = producer_.host->queue_address(), .consumer = consumer_.host->queue_address()};
  }

 private:
  struct Party {
    std::unique_ptr<SideHost> host;
    bool running = false;
    const SideReport* report = nullptr;  ///< of the last slice; null if the side was lost

    void begin() {
      report = nullptr;
      host->begin_slice();
      running = true;
    }
    pollfd watch() const { return {.fd = running ? host->done() : -1, .events = POLLIN, .revents = 0}; }
  };

  /// Until both sides are done. They are released when the user cancels, when one of them is gone, and when nothing
  /// moves any more; what does not stop then is ended by force.
  void await(TickSpan limit) {
    TickTime deadline = read_ticks() + limit;
    bool released = false;
    while (producer_.running || consumer_.running) {
      std::array watched{producer_.watch(), consumer_.watch(),
                         pollfd{.fd = released ? -1 : cancel_fd(), .events = POLLIN, .revents = 0}};
      poll(watched.data(), watched.size(), 100);
      if (watched[0].revents != 0) finish(producer_);
      if (watched[1].revents != 0) finish(consumer_);
      const bool late = read_ticks() > deadline;
      if (released) interrupt_waits();
      if (!released && (late || cancel_requested() || !lost_.empty() || is_notifier_broken())) {
        stalled_ = late;
        released = true;
        link_.release_both();
        deadline = read_ticks() + clock_.to_ticks(grace);
      } else if (released && late) {
        for (Party* party : {&producer_, &consumer_}) {
          if (party->running) party->host->end_by_force();
        }
      }
    }
  }

  /// A signal that fails wakes nobody: who waits for it is woken by other means.
  void interrupt_waits() {
    for (Party* party : {&producer_, &consumer_}) {
      if (party->running) party->host->interrupt();
    }
  }

  bool is_notifier_broken() const {
    const auto failed = [](const Party& party) { return party.report != nullptr && party.report->channel_error != 0; };
    return link_.channel_error() != 0 || failed(producer_) || failed(consumer_);
  }

  void finish(Party& party) {
    party.running = false;
    try {
      party.report = &party.host->finish_slice();
    } catch (const BrokenRun& lost) {
      lost_ = lost.what();
    }
  }

  void check_ends() const {
    if (cancel_requested()) throw Cancelled();
    for (const Party* party : {&producer_, &consumer_}) {
      if (party->report == nullptr || party->report->channel_error == 0) continue;
      throw BrokenRun("a notifier is broken: " + describe_channel_error(party->report->channel_error));
    }
    if (stalled_) {
      const std::string lost_cpu = why_off_cpu(producer_.report, consumer_.report, placement_);
      const std::string cause = lost_cpu.empty() ? "a wake-up was lost, or a side did not run for 10 s" : lost_cpu;
      throw BrokenRun("nothing moves any more: " + cause + " (producer " + waits_of(producer_) + ", consumer " +
                      waits_of(consumer_) + " so far)");
    }
    if (!lost_.empty()) throw BrokenRun(lost_);
    check_end(*producer_.report);
    check_end(*consumer_.report);
    const std::string void_for = why_void(*producer_.report, *consumer_.report, placement_, clock_);
    if (!void_for.empty()) throw VoidSlice(void_for);
  }

  Slice digest() const {
    const auto line_time = [&](const std::optional<LineReading>& reading) {
      return reading ? std::optional(clock_.to_ns(reading->one_way)) : std::nullopt;
    };
    const SideReport& producer = *producer_.report;
    const SideReport& consumer = *consumer_.report;
    Slice slice{.producer = producer.window,
                .consumer = consumer.window,
                .to_consumer = digest_notifications(recorded(producer), recorded(consumer), clock_),
                .to_producer = digest_notifications(recorded(consumer), recorded(producer), clock_),
                .producer_sleeps = {},
                .consumer_sleeps = {},
                .stops = digest_stops(recorded(producer), recorded(consumer)),
                .latencies = consumer.latencies,
                .line_before = line_time(producer.line_before),
                .line_after = line_time(producer.line_after),
                .counter_offset = {},
                .cycles = producer.record.cycles,
                .energy = {}};
    if (producer.line_before) slice.counter_offset = producer.line_before->offset;
    if (scenario_.producer.wait == WaitKind::sleep) {
      slice.producer_sleeps = digest_sleeps(recorded(producer), clock_);
    }
    if (scenario_.consumer.wait == WaitKind::sleep) {
      slice.consumer_sleeps = digest_sleeps(recorded(consumer), clock_);
    }
    return slice;
  }

  static std::string waits_of(const Party& party) {
    return party.report == nullptr ? "gone" : std::to_string(party.report->record.counters.blocked_waits) + " waits";
  }

  scenario::Scenario scenario_;
  host::Placement placement_;
  const host::Clock& clock_;
  Link link_;
  Party producer_;
  Party consumer_;
  bool stalled_ = false;
  std::string lost_;  ///< why a side is gone
};

Session::Session(const scenario::Scenario& scenario, const host::Placement& placement, const host::Clock& clock)
    : impl_(std::make_unique<Impl>(scenario, placement, clock)) {}
Session::~Session() = default;
Slice Session::run(const SlicePlan& plan) { return impl_->run(plan); }
QueueAddresses Session::queue_addresses() const { return impl_->queue_addresses(); }

}  // namespace kickbench::bench::measure
